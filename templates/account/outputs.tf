output "trail_arn" {
  description = "The ARN of the CloudTrail trail; null when the account has none."
  value       = one(module.cloudtrail[*].arn)
}

output "trail_bucket" {
  description = "The name of the bucket that keeps the trail's log files; null when the account has none."
  value       = one(module.cloudtrail[*].bucket_name)
}

output "log_group_name" {
  description = "The name of the CloudWatch log group that gets the trail's events; null when the account has none."
  value       = one(module.log_group[*].name)
}

output "topic_arn" {
  description = "The ARN of the SNS topic that notifies by email; null when the account has none."
  value       = one(module.sns_email[*].topic_arn)
}

output "queue_statements" {
  description = "By SQS queue that gets alerts, the statement that its own policy needs; null when the account has no topic."
  value       = one(module.sns_email[*].queue_statements)
}

output "sign_in_url" {
  description = "Where IAM users sign in to the console; null when the account has no alias."
  value       = one(module.account_alias[*].sign_in_url)
}

output "role_arns" {
  description = "The ARNs of the roles of iam_access, by name; null when the account has no such section."
  value       = one(module.iam_access[*].role_arns)
}

output "switch_role_urls" {
  description = "Where people switch to the roles of iam_access, by name; null when the account has no such section."
  value       = one(module.iam_access[*].switch_role_urls)
}

output "pending_confirmations" {
  description = "What has to be done by hand before email arrives."
  value = concat(
    flatten(module.sns_email[*].pending_confirmations),
    flatten(module.root_activity_event[*].pending_confirmations),
    flatten(module.finding_notification[*].pending_confirmations),
  )
}

output "cost_and_usage_report" {
  description = "Where the Cost and Usage Report is delivered, as an S3 URI; null when the account has none."
  value       = one(module.cur[*].s3_uri)
}

output "cost_and_usage_report_2" {
  description = "Where CUR 2.0 is delivered, as an S3 URI; null when the account has none."
  value       = one(module.cur[*].export_s3_uri)
}

output "credential_reports" {
  description = "Where the credential reports are collected, as an S3 URI; null when they are not."
  value       = one(module.credential_report[*].s3_uri)
}

output "analyzer_arns" {
  description = "The ARNs of the Access Analyzers, by region."
  value       = { for region, analyzer in module.access_analyzer : region => analyzer.analyzer_arn }
}

output "archive_rules" {
  description = "The archive rules of each region's Access Analyzer: why each is there, who answers for it and until when, and the command that archives findings from before it."
  value       = { for region, analyzer in module.access_analyzer : region => analyzer.archive_rules }
}
