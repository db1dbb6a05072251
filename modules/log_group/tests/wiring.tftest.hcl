# What AWS makes up, such as ARNs, is only known after apply: here a mock makes it up.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }

  mock_resource "aws_kms_key" {
    defaults = {
      arn    = "arn:aws:kms:eu-central-1:123456789012:key/made-here"
      key_id = "made-here"
    }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = {
      arn = "arn:aws:logs:eu-central-1:123456789012:log-group:made-here"
    }
  }
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "eu-central-1"
  name_prefix = "acme"
  kms         = { create = true }
}

run "key_made_here" {
  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == "arn:aws:kms:eu-central-1:123456789012:key/made-here" && output.kms_key_arn == aws_cloudwatch_log_group.this.kms_key_id && aws_kms_alias.this[0].target_key_id == "made-here"
    error_message = "The log group, the output and the alias lead to the key that was made."
  }

  assert {
    condition     = output.arn == "arn:aws:logs:eu-central-1:123456789012:log-group:made-here"
    error_message = "The output leads to the log group that was made."
  }
}
