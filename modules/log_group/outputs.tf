output "name" {
  description = "Name of the log group, known when planning."
  value       = aws_cloudwatch_log_group.this.name
}

output "arn" {
  description = "ARN of the log group, without the trailing :* that some callers need."
  value       = aws_cloudwatch_log_group.this.arn
}

output "kms_key_arn" {
  description = "ARN of the key that encrypts the log group, null where CloudWatch Logs uses a key of its own."
  value       = local.kms_key_arn
}
