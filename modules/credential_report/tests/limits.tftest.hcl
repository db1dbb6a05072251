# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/made-here"
    }
  }

  mock_resource "aws_sfn_state_machine" {
    defaults = {
      arn = "arn:aws:states:us-east-1:123456789012:stateMachine:made-here"
    }
  }

  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "us-east-1"
  name_prefix = "acme"
}

run "accepted_limits" {
  command = plan

  variables {
    name                = replace(format("%56s", ""), " ", "a")
    topic_arns          = [for n in range(5) : "arn:aws:sns:us-east-1:123456789012:t${n}"]
    schedule            = { expression = "rate(4 hours)" }
    thresholds          = { key_age_days = 1, password_age_days = 1, unused_days = 1 }
    bytes_scanned_limit = 10485760
    bucket              = { retention_days = 1, noncurrent_days = 1 }
  }
}

run "outputs" {
  assert {
    condition     = output.state_machine_arn == "arn:aws:states:us-east-1:123456789012:stateMachine:made-here" && output.workgroup == "acme-credential-report"
    error_message = "The outputs lead to what was made."
  }
}

run "account_id_short" {
  command = plan

  variables {
    account_id = "12345"
  }

  expect_failures = [var.account_id]
}

run "partition_unknown" {
  command = plan

  variables {
    partition = "azure"
  }

  expect_failures = [var.partition]
}

run "region_zone" {
  command = plan

  variables {
    region = "eu-central-1a"
  }

  expect_failures = [var.region]
}

run "name_prefix_capitals" {
  command = plan

  variables {
    name_prefix = "Acme"
  }

  expect_failures = [var.name_prefix]
}

run "name_prefix_long" {
  command = plan

  variables {
    name_prefix = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  expect_failures = [var.name_prefix]
}

run "name_prefix_long_for_roles" {
  command = plan

  variables {
    name_prefix = replace(format("%40s", ""), " ", "a")
    bucket      = { name = "b-1" }
  }

  expect_failures = [var.name_prefix]
}

run "name_with_dots" {
  command = plan

  variables {
    name = "a.b"
  }

  expect_failures = [var.name]
}

run "name_long" {
  command = plan

  variables {
    name = replace(format("%57s", ""), " ", "a")
  }

  expect_failures = [var.name]
}

run "name_capitals" {
  command = plan

  variables {
    name = "Creds"
  }

  expect_failures = [var.name]
}

run "topic_arns_six" {
  command = plan

  variables {
    topic_arns = [for n in range(6) : "arn:aws:sns:us-east-1:123456789012:t${n}"]
  }

  expect_failures = [var.topic_arns]
}

run "schedule_text" {
  command = plan

  variables {
    schedule = { expression = "weekly" }
  }

  expect_failures = [var.schedule]
}

run "schedule_plural" {
  command = plan

  variables {
    schedule = { expression = "rate(1 days)" }
  }

  expect_failures = [var.schedule]
}

run "schedule_often" {
  command = plan

  variables {
    schedule = { expression = "rate(2 hours)" }
  }

  expect_failures = [var.schedule]
}

run "schedule_timezone" {
  command = plan

  variables {
    schedule = { timezone = "+02:00" }
  }

  expect_failures = [var.schedule]
}

run "thresholds_zero" {
  command = plan

  variables {
    thresholds = { unused_days = 0 }
  }

  expect_failures = [var.thresholds]
}

run "thresholds_fraction" {
  command = plan

  variables {
    thresholds = { key_age_days = 1.5 }
  }

  expect_failures = [var.thresholds]
}

run "bytes_scanned_limit_small" {
  command = plan

  variables {
    bytes_scanned_limit = 10485759
  }

  expect_failures = [var.bytes_scanned_limit]
}

run "bucket_name_capitals" {
  command = plan

  variables {
    bucket = { name = "Acme" }
  }

  expect_failures = [var.bucket]
}

run "bucket_name_ip" {
  command = plan

  variables {
    bucket = { name = "192.168.5.4" }
  }

  expect_failures = [var.bucket]
}

run "bucket_retention_zero" {
  command = plan

  variables {
    bucket = { retention_days = 0 }
  }

  expect_failures = [var.bucket]
}

run "bucket_noncurrent_zero" {
  command = plan

  variables {
    bucket = { noncurrent_days = 0 }
  }

  expect_failures = [var.bucket]
}
