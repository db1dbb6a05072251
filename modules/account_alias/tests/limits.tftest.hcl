# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {}

variables {
  partition = "aws"
  alias     = "acme-prod"
}

run "accepted_short" {
  command = plan

  variables {
    alias = "a-1"
  }
}

run "accepted_long" {
  command = plan

  variables {
    alias = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }
}

run "accepted_digits" {
  command = plan

  variables {
    alias = "12345678901"
  }
}

run "too_short" {
  command = plan

  variables {
    alias = "ab"
  }

  expect_failures = [var.alias]
}

run "too_long" {
  command = plan

  variables {
    alias = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  expect_failures = [var.alias]
}

run "upper_case" {
  command = plan

  variables {
    alias = "Acme"
  }

  expect_failures = [var.alias]
}

run "hyphen_first" {
  command = plan

  variables {
    alias = "-acme"
  }

  expect_failures = [var.alias]
}

run "hyphen_last" {
  command = plan

  variables {
    alias = "acme-"
  }

  expect_failures = [var.alias]
}

run "two_hyphens" {
  command = plan

  variables {
    alias = "acme--prod"
  }

  expect_failures = [var.alias]
}

run "underscore" {
  command = plan

  variables {
    alias = "acme_prod"
  }

  expect_failures = [var.alias]
}

run "account_id" {
  command = plan

  variables {
    alias = "123456789012"
  }

  expect_failures = [var.alias]
}

run "other_partition" {
  command = plan

  variables {
    partition = "aws-eusc"
  }

  expect_failures = [var.partition]
}
