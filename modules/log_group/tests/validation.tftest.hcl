# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "eu-central-1"
  name_prefix = "acme"
}

run "accepted_limits" {
  command = plan

  variables {
    name           = replace(format("%512s", ""), " ", "a")
    name_prefix    = replace(format("%40s", ""), " ", "a")
    retention_days = 3653
    kms            = { key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }
}

run "accepted_for_ever" {
  command = plan

  variables {
    name           = "/#_.-"
    name_prefix    = "a"
    retention_days = 0
    kms            = { create = true, deletion_window_days = 7 }
  }
}

run "account_id_too_short" {
  command = plan

  variables {
    account_id = "12345"
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

run "region_without_number" {
  command = plan

  variables {
    region = "eu-central"
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

run "name_with_space" {
  command = plan

  variables {
    name = "audit trail"
  }

  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan

  variables {
    name = replace(format("%513s", ""), " ", "a")
  }

  expect_failures = [var.name]
}

run "name_kept_by_aws" {
  command = plan

  variables {
    name = "aws/trail"
  }

  expect_failures = [var.name]
}

run "retention_not_offered" {
  command = plan

  variables {
    retention_days = 364
  }

  expect_failures = [var.retention_days]
}

run "key_made_and_given" {
  command = plan

  variables {
    kms = { create = true, key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  expect_failures = [var.kms]
}

run "key_by_alias" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:eu-central-1:123456789012:alias/trail" }
  }

  expect_failures = [var.kms]
}

run "key_in_another_region" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  expect_failures = [var.kms]
}

run "key_in_another_partition" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws-cn:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  expect_failures = [var.kms]
}

run "deletion_window_too_short" {
  command = plan

  variables {
    kms = { create = true, deletion_window_days = 6 }
  }

  expect_failures = [var.kms]
}

run "deletion_window_too_long" {
  command = plan

  variables {
    kms = { create = true, deletion_window_days = 31 }
  }

  expect_failures = [var.kms]
}

run "deletion_window_in_half_days" {
  command = plan

  variables {
    kms = { create = true, deletion_window_days = 7.5 }
  }

  expect_failures = [var.kms]
}
