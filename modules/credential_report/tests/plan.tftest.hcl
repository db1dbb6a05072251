# The real provider with made-up credentials: planning calls nothing, as long as the bucket isn't there.
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "eu-central-1"
  name_prefix = "acme"
  topic_arns  = ["arn:aws:sns:eu-central-1:123456789012:acme-alerts"]
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this.bucket == "acme-credentials-123456789012-eu-central-1" && aws_sfn_state_machine.this.name == "acme-credential-report" && aws_scheduler_schedule.this.group_name == "acme-credential-report" && aws_athena_workgroup.this.name == "acme-credential-report" && aws_glue_catalog_database.this.name == "acme_credential_report"
    error_message = "Everything is named after the prefix."
  }

  assert {
    condition     = aws_scheduler_schedule.this.schedule_expression == "cron(0 6 ? * MON *)" && aws_scheduler_schedule.this.schedule_expression_timezone == "UTC" && one(aws_scheduler_schedule.this.flexible_time_window).maximum_window_in_minutes == 60
    error_message = "It runs on Monday morning, within an hour."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role_policy.start.policy).Statement) == { Action = "states:StartExecution", Effect = "Allow", Resource = "arn:aws:states:eu-central-1:123456789012:stateMachine:acme-credential-report" }
    error_message = "The schedule may start this state machine alone."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.collect.policy).Statement[1].Resource == "arn:aws:s3:::acme-credentials-123456789012-eu-central-1/reports/*" && length(jsondecode(aws_iam_role_policy.collect.policy).Statement) == 2
    error_message = "The state machine writes below reports alone."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.unsuccessful : alarm.dimensions.StateMachineArn == "arn:aws:states:eu-central-1:123456789012:stateMachine:acme-credential-report" && contains(alarm.alarm_actions, "arn:aws:sns:eu-central-1:123456789012:acme-alerts")]) && length(aws_cloudwatch_metric_alarm.unsuccessful) == 3
    error_message = "A collection that fails, times out or is aborted is told."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.not_started.dimensions.ScheduleGroup == aws_scheduler_schedule_group.this.name && contains(aws_cloudwatch_metric_alarm.not_started.alarm_actions, "arn:aws:sns:eu-central-1:123456789012:acme-alerts")
    error_message = "A collection that never starts is told."
  }

  assert {
    condition     = aws_glue_catalog_table.reports.parameters["storage.location.template"] == "s3://acme-credentials-123456789012-eu-central-1/reports/dt=$${dt}/" && [for column in one(aws_glue_catalog_table.reports.storage_descriptor).columns : column.name] == ["account", "generated_time", "content"]
    error_message = "The table reads what the state machine writes."
  }

  assert {
    condition     = sort(keys(aws_athena_named_query.this)) == tolist(["missing_mfa", "old_passwords", "root", "stale_keys"]) && alltrue([for query in aws_athena_named_query.this : startswith(query.query, "WITH newest AS (") && strcontains(query.query, "FROM \"acme_credential_report\".\"reports\"")])
    error_message = "Each query reads the newest report."
  }

  assert {
    condition     = strcontains(aws_athena_named_query.this["stale_keys"].query, "> 90") && strcontains(aws_athena_named_query.this["stale_keys"].query, "> 45") && strcontains(aws_athena_named_query.this["old_passwords"].query, "> 365")
    error_message = "The queries have the thresholds."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this.rule) == 2
    error_message = "Old versions and results expire, and reports don't."
  }

  assert {
    condition     = output.bucket_name == "acme-credentials-123456789012-eu-central-1" && output.s3_uri == "s3://acme-credentials-123456789012-eu-central-1/reports/"
    error_message = "It is known at plan where the reports go."
  }
}

run "options" {
  command = plan

  variables {
    partition           = "aws-cn"
    region              = "cn-north-1"
    name                = "creds"
    schedule            = { expression = "rate(1 day)", timezone = "Europe/Berlin" }
    thresholds          = { key_age_days = 30, password_age_days = 60, unused_days = 7 }
    bytes_scanned_limit = 20971520
    bucket              = { name = "acme-creds", noncurrent_days = 1 }
  }

  assert {
    condition     = aws_s3_bucket.this.bucket == "acme-creds" && length(aws_s3_bucket_lifecycle_configuration.this.rule) == 2 && one(aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration).noncurrent_days == 1
    error_message = "Reports are kept in the bucket that is named, for ever."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.start.json).Statement[0].Resource == "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:creds" && startswith(jsondecode(data.aws_iam_policy_document.bucket.json).Statement[0].Resource[0], "arn:aws-cn:s3:::acme-creds")
    error_message = "ARNs have the partition."
  }

  assert {
    condition     = aws_scheduler_schedule.this.schedule_expression == "rate(1 day)" && aws_scheduler_schedule.this.schedule_expression_timezone == "Europe/Berlin" && one(aws_athena_workgroup.this.configuration).bytes_scanned_cutoff_per_query == 20971520
    error_message = "Schedule and limit are as asked for."
  }

  assert {
    condition     = strcontains(aws_athena_named_query.this["stale_keys"].query, "> 30") && strcontains(aws_athena_named_query.this["stale_keys"].query, "> 7") && strcontains(aws_athena_named_query.this["old_passwords"].query, "> 60")
    error_message = "The queries have the thresholds."
  }
}

run "reports_expire" {
  command = plan

  variables {
    bucket = { retention_days = 400 }
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this.rule : one(rule.expiration).days if rule.id == "old-reports"] == [400]
    error_message = "Reports expire as asked for."
  }
}
