# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {}

variables {
  name_prefix    = "acme"
  log_group_name = "acme-cloudtrail"
}

run "accepted_limits" {
  command = plan

  variables {
    topic_arns       = [for i in range(5) : "arn:aws:sns:eu-central-1:123456789012:topic-${i}"]
    metric_namespace = replace(format("%255s", ""), " ", "a")
    alarms           = { vpc_changes = { period = 86400, threshold = 0.5 } }

    custom = merge(
      { for i in range(84) : "number_${i}" => { pattern = "{ $.a = ${i} }" } },
      { aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = { pattern = "{ $.a = \"${replace(format("%1012s", ""), " ", "a")}\" }", description = format("%1024s", "a"), period = 60 } },
    )
  }
}

run "prefix_in_upper_case" {
  command = plan

  variables {
    name_prefix = "Acme"
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

run "namespace_of_aws" {
  command = plan

  variables {
    metric_namespace = "AWS/Logs"
  }

  expect_failures = [var.metric_namespace]
}

run "namespace_with_colon" {
  command = plan

  variables {
    metric_namespace = "a:b"
  }

  expect_failures = [var.metric_namespace]
}

run "threshold_zero" {
  command = plan

  variables {
    alarms = { vpc_changes = { threshold = 0 } }
  }

  expect_failures = [var.alarms]
}

run "period_off_the_minute" {
  command = plan

  variables {
    alarms = { vpc_changes = { period = 90 } }
  }

  expect_failures = [var.alarms]
}

run "period_too_long" {
  command = plan

  variables {
    alarms = { vpc_changes = { period = 86460 } }
  }

  expect_failures = [var.alarms]
}

run "period_zero" {
  command = plan

  variables {
    alarms = { vpc_changes = { period = 0 } }
  }

  expect_failures = [var.alarms]
}

run "custom_name_upper_case" {
  command = plan

  variables {
    custom = { Secrets = { pattern = "{ $.a = 1 }" } }
  }

  expect_failures = [var.custom]
}

run "custom_name_too_long" {
  command = plan

  variables {
    custom = { aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = { pattern = "{ $.a = 1 }" } }
  }

  expect_failures = [var.custom]
}

run "custom_name_taken" {
  command = plan

  variables {
    custom = { vpc_changes = { pattern = "{ $.a = 1 }" } }
  }

  expect_failures = [var.custom]
}

run "custom_pattern_without_braces" {
  command = plan

  variables {
    custom = { a = { pattern = "ConsoleLogin" } }
  }

  expect_failures = [var.custom]
}

run "custom_pattern_too_long" {
  command = plan

  variables {
    custom = { a = { pattern = "{ $.a = \"${replace(format("%1013s", ""), " ", "a")}\" }" } }
  }

  expect_failures = [var.custom]
}

run "custom_description_too_long" {
  command = plan

  variables {
    custom = { a = { pattern = "{ $.a = 1 }", description = format("%1025s", "a") } }
  }

  expect_failures = [var.custom]
}

run "custom_threshold_zero" {
  command = plan

  variables {
    custom = { a = { pattern = "{ $.a = 1 }", threshold = 0 } }
  }

  expect_failures = [var.custom]
}

run "custom_period_off_the_minute" {
  command = plan

  variables {
    custom = { a = { pattern = "{ $.a = 1 }", period = 90 } }
  }

  expect_failures = [var.custom]
}

run "too_many" {
  command = plan

  variables {
    custom = { for i in range(86) : "number_${i}" => { pattern = "{ $.a = ${i} }" } }
  }

  expect_failures = [var.custom]
}
