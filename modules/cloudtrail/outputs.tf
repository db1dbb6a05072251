output "name" {
  description = "Name of the trail."
  value       = aws_cloudtrail.this.name
}

output "arn" {
  description = "ARN of the trail."
  value       = aws_cloudtrail.this.arn
}

output "bucket_name" {
  description = "Name of the bucket that keeps the log files."
  value       = aws_s3_bucket.this.bucket
}

output "bucket_arn" {
  description = "ARN of the bucket that keeps the log files."
  value       = aws_s3_bucket.this.arn
}

output "kms_key_arn" {
  description = "ARN of the key that encrypts the log files, null where S3 encrypts with its own keys."
  value       = local.kms_key_arn
}
