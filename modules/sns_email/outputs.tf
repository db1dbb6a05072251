output "topic_arn" {
  description = "The ARN of the topic, for the actions of alarms in the same region."
  value       = aws_sns_topic.this.arn
}

output "topic_name" {
  description = "The name of the topic."
  value       = local.topic_name
}

output "kms_key_arn" {
  description = "The ARN of the key that encrypts the topic's messages; null when the topic is not encrypted."
  value       = local.key_create ? aws_kms_key.this[0].arn : var.kms.key_arn
}

output "pending_confirmations" {
  description = "One sentence for each address on what its reader must do by hand. Terraform can neither confirm a subscription nor learn that somebody has."
  value       = [for address in var.addresses : "${address} gets no alert before somebody there follows the link in the mail \"AWS Notification - Subscription Confirmation\" about topic ${local.topic_name} in ${var.region}."]
}
