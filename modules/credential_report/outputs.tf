output "bucket_name" {
  description = "The name of the bucket of the reports."
  value       = local.bucket_name
}

output "s3_uri" {
  description = "Where the reports are."
  value       = "s3://${local.bucket_name}/reports/"
}

output "state_machine_arn" {
  description = "The ARN of the state machine that collects a report, to start it by hand."
  value       = aws_sfn_state_machine.this.arn
}

output "workgroup" {
  description = "The Athena workgroup that has the queries."
  value       = aws_athena_workgroup.this.name
}
