# What AWS makes up, such as ARNs, is only known after apply: here a mock makes it up.
mock_provider "aws" {
  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = {
      arn = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:made-here"
    }
  }
}

variables {
  name_prefix      = "acme"
  metric_name      = "RootActivityCount"
  metric_namespace = "CloudTrailMetrics"
}

run "outputs" {
  assert {
    condition     = output.arn == "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:made-here"
    error_message = "The output leads to the alarm that was made."
  }
}
