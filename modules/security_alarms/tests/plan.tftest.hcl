# The real provider with made-up credentials: planning calls nothing.
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name_prefix    = "acme"
  log_group_name = "acme-cloudtrail"
  topic_arns     = ["arn:aws:sns:eu-central-1:123456789012:security"]
}

run "defaults" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_log_metric_filter.this) == 14 && length(aws_cloudwatch_metric_alarm.this) == 14 && !contains(keys(aws_cloudwatch_metric_alarm.this), "root_usage")
    error_message = "Every alarm of the benchmark is on but root's, which has a module of its own."
  }

  assert {
    condition     = alltrue([for key, filter in aws_cloudwatch_log_metric_filter.this : filter.log_group_name == "acme-cloudtrail" && filter.name == "acme-${replace(key, "_", "-")}" && one(filter.metric_transformation).namespace == "SecurityAlarms" && one(filter.metric_transformation).value == "1" && one(filter.metric_transformation).default_value == "0"])
    error_message = "Each filter counts events of the log group."
  }

  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : alarm.metric_name == one(aws_cloudwatch_log_metric_filter.this[key].metric_transformation).name && alarm.namespace == one(aws_cloudwatch_log_metric_filter.this[key].metric_transformation).namespace])
    error_message = "Each alarm watches its own filter's metric."
  }

  assert {
    condition     = length(distinct([for alarm in aws_cloudwatch_metric_alarm.this : alarm.metric_name])) == 14
    error_message = "No two alarms watch one metric."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.statistic == "Sum" && alarm.period == 300 && alarm.threshold == 1 && alarm.evaluation_periods == 1 && alarm.comparison_operator == "GreaterThanOrEqualToThreshold" && alarm.treat_missing_data == "notBreaching" && contains(alarm.alarm_actions, "arn:aws:sns:eu-central-1:123456789012:security")])
    error_message = "One event in five minutes is enough, no event is good news, and the topic hears of it."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.this["vpc_changes"].alarm_description, "4.14, since 6.0 5.14") && contains(output.names, "acme-vpc-changes") && length(output.names) == 14
    error_message = "The notification says what it is about."
  }

  assert {
    condition     = aws_cloudwatch_log_metric_filter.this["console_sign_in_without_mfa"].pattern == "{ ($.eventName = \"ConsoleLogin\") && ($.additionalEventData.MFAUsed != \"Yes\") }"
    error_message = "The pattern has the benchmark's words and quotes."
  }
}

run "every_option" {
  command = plan

  variables {
    metric_namespace          = "Baseline"
    leave_out_identity_center = true

    alarms = {
      vpc_changes            = { enabled = false }
      root_usage             = { enabled = true }
      unauthorized_api_calls = { threshold = 10, period = 900 }
    }

    custom = {
      secrets_read = { pattern = "{ $.eventName = \"GetSecretValue\" }", description = "A secret was read.", threshold = 5, period = 60 }
      key_made     = { pattern = "{ $.eventName = \"CreateAccessKey\" }" }
    }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 16 && !contains(keys(aws_cloudwatch_metric_alarm.this), "vpc_changes") && strcontains(aws_cloudwatch_log_metric_filter.this["root_usage"].pattern, "$.userIdentity.type = \"Root\"")
    error_message = "One is off, and root's is on."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["unauthorized_api_calls"].threshold == 10 && aws_cloudwatch_metric_alarm.this["unauthorized_api_calls"].period == 900 && aws_cloudwatch_metric_alarm.this["iam_policy_changes"].threshold == 1
    error_message = "Threshold and period are the alarm's own."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_log_metric_filter.this["console_sign_in_without_mfa"].pattern, "$.userIdentity.type = \"IAMUser\"")
    error_message = "Only sign-ins of IAM users count."
  }

  assert {
    condition     = aws_cloudwatch_log_metric_filter.this["secrets_read"].pattern == "{ $.eventName = \"GetSecretValue\" }" && aws_cloudwatch_metric_alarm.this["secrets_read"].alarm_description == "A secret was read." && aws_cloudwatch_metric_alarm.this["secrets_read"].threshold == 5 && aws_cloudwatch_metric_alarm.this["secrets_read"].period == 60 && aws_cloudwatch_metric_alarm.this["secrets_read"].metric_name == "SecretsRead" && aws_cloudwatch_metric_alarm.this["secrets_read"].namespace == "Baseline"
    error_message = "An alarm of one's own is taken as written."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["key_made"].threshold == 1 && aws_cloudwatch_metric_alarm.this["key_made"].period == 300
    error_message = "It has the same defaults."
  }
}
