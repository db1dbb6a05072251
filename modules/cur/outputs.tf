output "report_name" {
  description = "The name of the report; null without a legacy report."
  value       = var.legacy_report ? local.report_name : null
}

output "report_arn" {
  description = "The ARN of the report definition; null without a legacy report."
  value       = var.legacy_report ? "arn:${var.partition}:cur:${var.region}:${var.account_id}:definition/${local.report_name}" : null
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
  description = "Where the files of the legacy report are, or without one those of CUR 2.0, for Athena and other readers."
  value       = var.legacy_report ? "s3://${local.bucket_name}/${var.prefix}/${local.report_name}/" : local.export_uri
}

output "export_s3_uri" {
  description = "Where the files of CUR 2.0 are; null without one."
  value       = local.exports ? local.export_uri : null
}

output "workgroup" {
  description = "The Athena workgroup that has the queries over CUR 2.0; null without one."
  value       = local.queries_on ? local.workgroup : null
}
