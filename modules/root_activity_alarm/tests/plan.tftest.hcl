# The real provider with made-up credentials: planning calls nothing, and policies come out as AWS would get them.
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name_prefix      = "acme"
  metric_name      = "RootActivityCount"
  metric_namespace = "CloudTrailMetrics"
  topic_arns       = ["arn:aws:sns:eu-central-1:123456789012:security"]
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.this.alarm_name == "acme-root-activity" && aws_cloudwatch_metric_alarm.this.metric_name == "RootActivityCount" && aws_cloudwatch_metric_alarm.this.namespace == "CloudTrailMetrics"
    error_message = "The alarm is named after the prefix and watches the given metric."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this.statistic == "Sum" && aws_cloudwatch_metric_alarm.this.period == 300 && aws_cloudwatch_metric_alarm.this.evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this.threshold == 1 && aws_cloudwatch_metric_alarm.this.comparison_operator == "GreaterThanOrEqualToThreshold"
    error_message = "One event in five minutes is enough."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this.treat_missing_data == "notBreaching"
    error_message = "No event is good news."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this.actions_enabled && try(jsonencode(aws_cloudwatch_metric_alarm.this.alarm_actions) == jsonencode(["arn:aws:sns:eu-central-1:123456789012:security"]), false)
    error_message = "The topic hears of the alarm."
  }

  assert {
    condition     = try(length(aws_cloudwatch_metric_alarm.this.ok_actions), 0) == 0 && try(length(aws_cloudwatch_metric_alarm.this.insufficient_data_actions), 0) == 0 && aws_cloudwatch_metric_alarm.this.datapoints_to_alarm == null
    error_message = "The topic hears of nothing else."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.this.alarm_description, "root user") && output.name == "acme-root-activity"
    error_message = "The alarm says what it is about."
  }
}

run "every_option" {
  command = plan

  variables {
    name                = "Root was here"
    description         = "Call the on-call engineer."
    period              = 60
    threshold           = 3
    evaluation_periods  = 5
    datapoints_to_alarm = 2
    notify_ok           = true
    actions_enabled     = false
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this.alarm_name == "Root was here" && aws_cloudwatch_metric_alarm.this.alarm_description == "Call the on-call engineer."
    error_message = "Name and description are taken as written."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this.period == 60 && aws_cloudwatch_metric_alarm.this.threshold == 3 && aws_cloudwatch_metric_alarm.this.evaluation_periods == 5 && aws_cloudwatch_metric_alarm.this.datapoints_to_alarm == 2
    error_message = "The numbers are taken as written."
  }

  assert {
    condition     = !aws_cloudwatch_metric_alarm.this.actions_enabled && contains(aws_cloudwatch_metric_alarm.this.ok_actions, "arn:aws:sns:eu-central-1:123456789012:security")
    error_message = "The alarm is silent now and will tell its end later."
  }
}

run "no_topic" {
  command = plan

  variables {
    topic_arns = []
    notify_ok  = true
  }

  assert {
    condition     = try(length(aws_cloudwatch_metric_alarm.this.alarm_actions), 0) == 0 && try(length(aws_cloudwatch_metric_alarm.this.ok_actions), 0) == 0
    error_message = "Without a topic nobody is told."
  }
}
