output "report_name" {
  description = "The name of the report."
  value       = local.report_name
}

output "report_arn" {
  description = "The ARN of the report definition."
  value       = aws_cur_report_definition.this.arn
}

output "bucket_name" {
  description = "The name of the bucket that AWS delivers the report to."
  value       = local.bucket_name
}

output "bucket_arn" {
  description = "The ARN of the bucket that AWS delivers the report to."
  value       = aws_s3_bucket.this.arn
}

output "s3_uri" {
  description = "Where the report's files are, for Athena and other readers."
  value       = "s3://${local.bucket_name}/${var.prefix}/${local.report_name}/"
}
