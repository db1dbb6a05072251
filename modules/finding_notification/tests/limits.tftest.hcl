# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {
  mock_resource "aws_sns_topic" {
    defaults = {
      arn = "arn:aws:sns:us-east-1:123456789012:made-here"
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
  addresses   = ["security@example.com"]
}

run "accepted_limits" {
  command = plan

  variables {
    name = replace(format("%64s", ""), " ", "a")
    kms  = { create = true, deletion_window_days = 30 }
  }
}

run "outputs" {
  assert {
    condition     = output.topic_arn == "arn:aws:sns:us-east-1:123456789012:made-here" && output.bus_arn == "arn:aws:events:us-east-1:123456789012:event-bus/acme-findings" && output.role_arn == "arn:aws:iam::123456789012:role/acme-findings" && strcontains(output.pending_confirmations[0], "security@example.com") && strcontains(output.pending_confirmations[0], "us-east-1")
    error_message = "The outputs lead to what was made."
  }
}

run "account_id_short" {
  command = plan

  variables {
    account_id = "12345678901"
  }

  expect_failures = [var.account_id]
}

run "partition_unknown" {
  command = plan

  variables {
    partition = "amazon"
  }

  expect_failures = [var.partition]
}

run "region_zone" {
  command = plan

  variables {
    region = "us-east-1a"
  }

  expect_failures = [var.region]
}

run "prefix_in_upper_case" {
  command = plan

  variables {
    name_prefix = "Acme"
  }

  expect_failures = [var.name_prefix]
}

run "name_too_long" {
  command = plan

  variables {
    name = replace(format("%65s", ""), " ", "a")
  }

  expect_failures = [var.name]
}

run "name_with_dot" {
  command = plan

  variables {
    name = "a.b"
  }

  expect_failures = [var.name]
}

run "nobody" {
  command = plan

  variables {
    addresses = []
  }

  expect_failures = [var.addresses]
}

run "address_wrong" {
  command = plan

  variables {
    addresses = ["security"]
  }

  expect_failures = [var.addresses]
}

run "address_twice" {
  command = plan

  variables {
    addresses = ["a@example.com", "A@example.com"]
  }

  expect_failures = [var.addresses]
}

run "name_of_the_first_bus" {
  command = plan

  variables {
    name = "default"
  }

  expect_failures = [var.name]
}

run "function_elsewhere" {
  command = plan

  variables {
    lambda_arn = "arn:aws:lambda:eu-west-1:123456789012:function:triage"
  }

  expect_failures = [var.lambda_arn]
}

run "function_of_another_account" {
  command = plan

  variables {
    lambda_arn = "arn:aws:lambda:us-east-1:210987654321:function:triage"
  }

  expect_failures = [var.lambda_arn]
}

run "function_with_alias" {
  command = plan

  variables {
    lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:triage:live"
  }

  expect_failures = [var.lambda_arn]
}

run "key_twice" {
  command = plan

  variables {
    kms = { create = true, key_arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  expect_failures = [var.kms]
}

run "key_alias" {
  command = plan

  variables {
    kms = { key_arn = "alias/aws/sns" }
  }

  expect_failures = [var.kms]
}

run "key_of_another_region" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  expect_failures = [var.kms]
}

run "window_short" {
  command = plan

  variables {
    kms = { create = true, deletion_window_days = 6 }
  }

  expect_failures = [var.kms]
}
