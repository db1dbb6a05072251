output "configuration_arn" {
  description = "The ARN of the channel's configuration."
  value       = aws_chatbot_slack_channel_configuration.this.chat_configuration_arn
}

output "role_name" {
  description = "The name of the role that people in the channel act by."
  value       = aws_iam_role.this.name
}
