output "name" {
  description = "Name of the bucket."
  value       = try(aws_s3_bucket.this[0].id, "")
}

output "arn" {
  description = "ARN of the bucket."
  value       = join("", aws_s3_bucket.this[*].arn)
}
