# The real provider with made-up credentials: planning calls nothing.
provider "aws" {
  region                      = "us-east-2"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  partition    = "aws"
  name_prefix  = "acme"
  workspace_id = "T0123ABCD"
  channel_id   = "C0123ABCD"
  topic_arns   = ["arn:aws:sns:eu-central-1:123456789012:acme-alerts"]
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_chatbot_slack_channel_configuration.this.configuration_name == "acme-slack" && aws_chatbot_slack_channel_configuration.this.slack_team_id == "T0123ABCD" && aws_chatbot_slack_channel_configuration.this.slack_channel_id == "C0123ABCD" && aws_chatbot_slack_channel_configuration.this.logging_level == "ERROR"
    error_message = "The channel is another."
  }

  assert {
    condition     = aws_chatbot_slack_channel_configuration.this.sns_topic_arns == toset(["arn:aws:sns:eu-central-1:123456789012:acme-alerts"])
    error_message = "The channel gets other messages."
  }

  assert {
    condition     = join(",", aws_chatbot_slack_channel_configuration.this.guardrail_policy_arns) == "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"
    error_message = "Without this guardrail the channel could be given every right."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this.assume_role_policy).Statement) == { Action = "sts:AssumeRole", Effect = "Allow", Principal = { Service = "chatbot.amazonaws.com" } }
    error_message = "Chatbot alone takes the role."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role_policy.this.policy).Statement) == { Action = ["cloudwatch:List*", "cloudwatch:Get*", "cloudwatch:Describe*"], Effect = "Allow", Resource = "*" }
    error_message = "The role looks at alarms and does nothing else."
  }
}

run "every_option" {
  command = plan

  variables {
    name          = "chat"
    logging_level = "NONE"
  }

  assert {
    condition     = aws_chatbot_slack_channel_configuration.this.configuration_name == "chat" && aws_iam_role.this.name == "chat" && aws_chatbot_slack_channel_configuration.this.logging_level == "NONE"
    error_message = "An option has no effect."
  }
}
