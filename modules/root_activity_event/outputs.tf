output "rule_arn" {
  description = "The ARN of the rule."
  value       = aws_cloudwatch_event_rule.this.arn
}

output "topic_arn" {
  description = "The ARN of the topic."
  value       = aws_sns_topic.this.arn
}

output "pending_confirmations" {
  description = "One sentence for each address on what its reader must do by hand. Terraform can neither confirm a subscription nor learn that somebody has."
  value       = [for address in var.addresses : "${address} gets no event of root before somebody there follows the link in the mail \"AWS Notification - Subscription Confirmation\" about topic ${local.name} in ${var.region}."]
}
