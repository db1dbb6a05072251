# Each run breaks one validation, and no other.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "eu-central-1"
  name_prefix = "acme"
  addresses   = ["security@example.com"]
}

run "account_id_of_eleven_digits" {
  command = plan

  variables {
    account_id = "12345678901"
  }

  expect_failures = [var.account_id]
}

run "partition_with_a_region" {
  command = plan

  variables {
    partition = "aws:eu"
  }

  expect_failures = [var.partition]
}

run "region_in_words" {
  command = plan

  variables {
    region = "Frankfurt"
  }

  expect_failures = [var.region]
}

run "prefix_with_a_space" {
  command = plan

  variables {
    name_prefix = "acme corp"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_too_long" {
  command = plan

  variables {
    name_prefix = join("", [for i in range(244) : "a"])
  }

  expect_failures = [var.name_prefix]
}

run "name_of_a_fifo_topic" {
  command = plan

  variables {
    name = "alerts.fifo"
  }

  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan

  variables {
    name = join("", [for i in range(257) : "a"])
  }

  expect_failures = [var.name]
}

run "name_too_long_for_an_alias" {
  command = plan

  variables {
    name = join("", [for i in range(251) : "a"])
    kms  = { create = true }
  }

  expect_failures = [var.name]
}

run "no_address" {
  command = plan

  variables {
    addresses = []
  }

  expect_failures = [var.addresses]
}

run "address_without_at" {
  command = plan

  variables {
    addresses = ["not an email"]
  }

  expect_failures = [var.addresses]
}

run "address_without_dot" {
  command = plan

  variables {
    addresses = ["root@localhost"]
  }

  expect_failures = [var.addresses]
}

run "address_with_a_name" {
  command = plan

  variables {
    addresses = ["Security <security@example.com>"]
  }

  expect_failures = [var.addresses]
}

run "two_addresses_in_one" {
  command = plan

  variables {
    addresses = ["a@example.com,b@example.com"]
  }

  expect_failures = [var.addresses]
}

run "address_with_a_trailing_space" {
  command = plan

  variables {
    addresses = ["security@example.com "]
  }

  expect_failures = [var.addresses]
}

run "address_null" {
  command = plan

  variables {
    addresses = [null]
  }

  expect_failures = [var.addresses]
}

run "address_twice" {
  command = plan

  variables {
    addresses = ["security@example.com", "security@example.com"]
  }

  expect_failures = [var.addresses]
}

run "address_twice_but_for_case" {
  command = plan

  variables {
    addresses = ["security@example.com", "Security@Example.com"]
  }

  expect_failures = [var.addresses]
}

run "key_created_and_given" {
  command = plan

  variables {
    kms = { create = true, key_arn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  expect_failures = [var.kms]
}

run "key_alias_aws_sns" {
  command = plan

  variables {
    kms = { key_arn = "alias/aws/sns" }
  }

  expect_failures = [var.kms]
}

run "key_alias_arn" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:eu-central-1:123456789012:alias/aws/sns" }
  }

  expect_failures = [var.kms]
}

run "key_bare_id" {
  command = plan

  variables {
    kms = { key_arn = "11111111-2222-3333-4444-555555555555" }
  }

  expect_failures = [var.kms]
}

run "key_of_another_region" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  expect_failures = [var.kms]
}

run "key_of_another_partition" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws-cn:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  expect_failures = [var.kms]
}

run "deletion_window_of_six_days" {
  command = plan

  variables {
    kms = { deletion_window_days = 6 }
  }

  expect_failures = [var.kms]
}

run "deletion_window_of_31_days" {
  command = plan

  variables {
    kms = { deletion_window_days = 31 }
  }

  expect_failures = [var.kms]
}

run "deletion_window_of_half_days" {
  command = plan

  variables {
    kms = { deletion_window_days = 7.5 }
  }

  expect_failures = [var.kms]
}

run "endpoint_without_tls" {
  command = plan

  variables {
    https = [{ url = "http://hooks.example.com/alerts" }]
  }

  expect_failures = [var.https]
}

run "endpoint_with_password" {
  command = plan

  variables {
    https = [{ url = "https://user:secret@hooks.example.com/alerts" }]
  }

  expect_failures = [var.https]
}

run "endpoint_with_query" {
  command = plan

  variables {
    https = [{ url = "https://hooks.example.com/alerts?token=secret" }]
  }

  expect_failures = [var.https]
}

run "endpoint_twice" {
  command = plan

  variables {
    https = [{ url = "https://hooks.example.com/alerts" }, { url = "https://hooks.example.com/alerts", auto_confirms = true }]
  }

  expect_failures = [var.https]
}

run "queue_by_url" {
  command = plan

  variables {
    sqs = [{ queue_arn = "https://sqs.eu-central-1.amazonaws.com/123456789012/alerts" }]
  }

  expect_failures = [var.sqs]
}

run "queue_fifo" {
  command = plan

  variables {
    sqs = [{ queue_arn = "arn:aws:sqs:eu-central-1:123456789012:alerts.fifo" }]
  }

  expect_failures = [var.sqs]
}

run "queue_of_another_partition" {
  command = plan

  variables {
    sqs = [{ queue_arn = "arn:aws-cn:sqs:cn-north-1:123456789012:alerts" }]
  }

  expect_failures = [var.sqs]
}

run "queue_twice" {
  command = plan

  variables {
    sqs = [{ queue_arn = "arn:aws:sqs:eu-central-1:123456789012:alerts" }, { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:alerts", raw_message_delivery = true }]
  }

  expect_failures = [var.sqs]
}

run "function_with_alias" {
  command = plan

  variables {
    lambda = ["arn:aws:lambda:eu-central-1:123456789012:function:triage:live"]
  }

  expect_failures = [var.lambda]
}

run "function_of_another_region" {
  command = plan

  variables {
    lambda = ["arn:aws:lambda:us-east-1:123456789012:function:triage"]
  }

  expect_failures = [var.lambda]
}

run "function_twice" {
  command = plan

  variables {
    lambda = ["arn:aws:lambda:eu-central-1:123456789012:function:triage", "arn:aws:lambda:eu-central-1:123456789012:function:triage"]
  }

  expect_failures = [var.lambda]
}
