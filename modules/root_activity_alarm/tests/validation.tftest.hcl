# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {}

variables {
  name_prefix      = "acme"
  metric_name      = "RootActivityCount"
  metric_namespace = "CloudTrailMetrics"
}

run "accepted_limits" {
  command = plan

  variables {
    name                = replace(format("%255s", ""), " ", "a")
    description         = format("%1024s", "a")
    period              = 300
    evaluation_periods  = 288
    datapoints_to_alarm = 288
    topic_arns          = [for i in range(5) : "arn:aws:sns:eu-central-1:123456789012:topic-${i}"]
    threshold           = 0.5
  }
}

run "accepted_short_period" {
  command = plan

  variables {
    period              = 10
    datapoints_to_alarm = 1
  }
}

run "accepted_week" {
  command = plan

  variables {
    period             = 86400
    evaluation_periods = 7
  }
}

run "prefix_in_upper_case" {
  command = plan

  variables {
    name_prefix = "Acme"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_with_hyphen_at_end" {
  command = plan

  variables {
    name_prefix = "acme-"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_too_long" {
  command = plan

  variables {
    name_prefix = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  expect_failures = [var.name_prefix]
}

run "topics_too_many" {
  command = plan

  variables {
    topic_arns = [for i in range(6) : "arn:aws:sns:eu-central-1:123456789012:topic-${i}"]
  }

  expect_failures = [var.topic_arns]
}

run "topic_of_another_service" {
  command = plan

  variables {
    topic_arns = ["arn:aws:sns:eu-central-1:123456789012:security", "arn:aws:sqs:eu-central-1:123456789012:security"]
  }

  expect_failures = [var.topic_arns]
}

run "topic_by_subscription" {
  command = plan

  variables {
    topic_arns = ["arn:aws:sns:eu-central-1:123456789012:security:1234abcd-12ab-34cd-56ef-1234567890ab"]
  }

  expect_failures = [var.topic_arns]
}

run "name_with_line_break" {
  command = plan

  variables {
    name = "root\nactivity"
  }

  expect_failures = [var.name]
}

run "name_empty" {
  command = plan

  variables {
    name = ""
  }

  expect_failures = [var.name]
}

run "description_too_long" {
  command = plan

  variables {
    description = format("%1025s", "a")
  }

  expect_failures = [var.description]
}

run "period_off_the_minute" {
  command = plan

  variables {
    period = 90
  }

  expect_failures = [var.period]
}

run "period_below_the_minute" {
  command = plan

  variables {
    period = 40
  }

  expect_failures = [var.period]
}

run "threshold_zero" {
  command = plan

  variables {
    threshold = 0
  }

  expect_failures = [var.threshold]
}

run "evaluation_periods_zero" {
  command = plan

  variables {
    evaluation_periods = 0
  }

  expect_failures = [var.evaluation_periods]
}

run "evaluation_periods_half" {
  command = plan

  variables {
    evaluation_periods = 1.5
  }

  expect_failures = [var.evaluation_periods]
}

run "evaluation_longer_than_a_day" {
  command = plan

  variables {
    evaluation_periods = 289
  }

  expect_failures = [var.evaluation_periods]
}

run "evaluation_longer_than_a_week" {
  command = plan

  variables {
    evaluation_periods = 169
    period             = 3600
  }

  expect_failures = [var.evaluation_periods]
}

run "datapoints_zero" {
  command = plan

  variables {
    datapoints_to_alarm = 0
  }

  expect_failures = [var.datapoints_to_alarm]
}

run "datapoints_half" {
  command = plan

  variables {
    datapoints_to_alarm = 1.5
    evaluation_periods  = 2
  }

  expect_failures = [var.datapoints_to_alarm]
}

run "datapoints_more_than_periods" {
  command = plan

  variables {
    datapoints_to_alarm = 3
    evaluation_periods  = 2
  }

  expect_failures = [var.datapoints_to_alarm]
}
