# Each run breaks one validation, and no other.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/acme-slack"
    }
  }
}

variables {
  partition    = "aws"
  name_prefix  = "acme"
  workspace_id = "T0123ABCD"
  channel_id   = "C0123ABCD"
  topic_arns   = ["arn:aws:sns:eu-central-1:123456789012:acme-alerts"]
}

run "accepted_limits" {
  command = plan

  variables {
    name         = replace(format("%64s", ""), " ", "a")
    workspace_id = replace(format("%255s", ""), " ", "A")
    channel_id   = replace(format("%255s", ""), " ", "c")
  }
}

run "outputs" {
  assert {
    condition     = output.role_name == "acme-slack" && output.configuration_arn == aws_chatbot_slack_channel_configuration.this.chat_configuration_arn
    error_message = "The outputs lead to what was made."
  }
}

run "govcloud" {
  command = plan

  variables {
    partition = "aws-us-gov"
  }

  expect_failures = [var.partition]
}

run "prefix_in_upper_case" {
  command = plan

  variables {
    name_prefix = "Acme"
  }

  expect_failures = [var.name_prefix]
}

run "name_with_a_space" {
  command = plan

  variables {
    name = "our channel"
  }

  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan

  variables {
    name = replace(format("%65s", ""), " ", "a")
  }

  expect_failures = [var.name]
}

run "workspace_by_name" {
  command = plan

  variables {
    workspace_id = "acme"
  }

  expect_failures = [var.workspace_id]
}

run "channel_by_name" {
  command = plan

  variables {
    channel_id = "#alerts"
  }

  expect_failures = [var.channel_id]
}

run "no_topic" {
  command = plan

  variables {
    topic_arns = []
  }

  expect_failures = [var.topic_arns]
}

run "level_unknown" {
  command = plan

  variables {
    logging_level = "WARN"
  }

  expect_failures = [var.logging_level]
}
