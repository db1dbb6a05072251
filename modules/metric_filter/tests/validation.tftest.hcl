# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {}

variables {
  name_prefix    = "acme"
  log_group_name = "acme-cloudtrail"
}

run "accepted_limits" {
  command = plan

  variables {
    name    = replace(format("%512s", ""), " ", "a")
    pattern = format("{ $.eventName = %1006s }", "a")
    metric  = { name = replace(format("%255s", ""), " ", "a"), namespace = "Trail/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", value = "$.size[0].in-bytes" }
  }
}

run "accepted_numbers" {
  command = plan

  variables {
    metric = { value = "-2.5", default_value = 1 }
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

run "name_with_colon" {
  command = plan

  variables {
    name = "root:activity"
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

run "pattern_without_braces" {
  command = plan

  variables {
    pattern = "ERROR"
  }

  expect_failures = [var.pattern]
}

run "pattern_without_field" {
  command = plan

  variables {
    pattern = "{ eventName = \"ConsoleLogin\" }"
  }

  expect_failures = [var.pattern]
}

run "pattern_too_long" {
  command = plan

  variables {
    pattern = format("{ $.eventName = \"%1024s\" }", "a")
  }

  expect_failures = [var.pattern]
}

run "metric_name_with_dollar" {
  command = plan

  variables {
    metric = { name = "Root$" }
  }

  expect_failures = [var.metric]
}

run "metric_name_empty" {
  command = plan

  variables {
    metric = { name = "" }
  }

  expect_failures = [var.metric]
}

run "namespace_with_colon" {
  command = plan

  variables {
    metric = { namespace = "Trail:Metrics" }
  }

  expect_failures = [var.metric]
}

run "namespace_kept_by_aws" {
  command = plan

  variables {
    metric = { namespace = "AWS/CloudTrail" }
  }

  expect_failures = [var.metric]
}

run "value_as_word" {
  command = plan

  variables {
    metric = { value = "one" }
  }

  expect_failures = [var.metric]
}

run "value_too_long" {
  command = plan

  variables {
    metric = { value = replace(format("%101s", ""), " ", "1") }
  }

  expect_failures = [var.metric]
}
