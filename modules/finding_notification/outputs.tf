output "bus_arn" {
  description = "The ARN of the event bus that takes the findings of each region."
  # Put together, so that it is known at plan that there is one.
  value = "arn:${var.partition}:events:${var.region}:${var.account_id}:event-bus/${aws_cloudwatch_event_bus.this.name}"
}

output "role_arn" {
  description = "The ARN of the role by which the rules of the regions send to the bus."
  value       = "arn:${var.partition}:iam::${var.account_id}:role/${aws_iam_role.this.name}"
}

output "topic_arn" {
  description = "The ARN of the topic."
  value       = aws_sns_topic.this.arn
}

output "pending_confirmations" {
  description = "One sentence for each address on what its reader must do by hand. Terraform can neither confirm a subscription nor learn that somebody has."
  value       = [for address in var.addresses : "${address} gets no finding before somebody there follows the link in the mail \"AWS Notification - Subscription Confirmation\" about topic ${local.name} in ${var.region}."]
}
