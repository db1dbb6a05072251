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
  name_prefix    = "acme"
  log_group_name = "acme-cloudtrail"
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_metric_filter.this.name == "acme-root-activity" && aws_cloudwatch_log_metric_filter.this.log_group_name == "acme-cloudtrail"
    error_message = "The filter is named after the prefix and belongs to the given log group."
  }

  # Audit tools compare the text of this pattern: every byte counts.
  assert {
    condition     = aws_cloudwatch_log_metric_filter.this.pattern == "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
    error_message = "The default pattern is the benchmark's."
  }

  assert {
    condition     = aws_cloudwatch_log_metric_filter.this.metric_transformation[0].value == "1" && aws_cloudwatch_log_metric_filter.this.metric_transformation[0].default_value == "0"
    error_message = "Each matching event counts as one, others as none."
  }

  assert {
    condition     = output.metric_name == "RootActivityCount" && output.metric_namespace == "CloudTrailMetrics"
    error_message = "The outputs name the metric."
  }
}

run "own_pattern_and_metric" {
  command = plan

  variables {
    name    = "failed sign-in"
    pattern = "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }"
    metric  = { name = "FailedSignIn", namespace = "Acme/Trail", value = "$.count", default_value = 2 }
  }

  assert {
    condition     = aws_cloudwatch_log_metric_filter.this.name == "failed sign-in" && aws_cloudwatch_log_metric_filter.this.pattern == "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }"
    error_message = "Name and pattern are taken as written."
  }

  assert {
    condition     = aws_cloudwatch_log_metric_filter.this.metric_transformation[0].value == "$.count" && aws_cloudwatch_log_metric_filter.this.metric_transformation[0].default_value == "2"
    error_message = "The values are taken as written."
  }

  assert {
    condition     = output.metric_name == "FailedSignIn" && output.metric_namespace == "Acme/Trail"
    error_message = "The outputs follow the filter."
  }
}
