locals {
  name = coalesce(var.name, "${var.name_prefix}-slack")
}

# What people in the channel may do, as far as the guardrails let them: look at alarms and their graphs.
# https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html
data "aws_iam_policy_document" "trust" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["chatbot.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "look" {
  statement {
    effect    = "Allow"
    actions   = ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "this" {
  name               = local.name
  description        = "What people in the Slack channel ${var.channel_id} may do: look at alarms."
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "this" {
  name   = "look-at-alarms"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.look.json
}

resource "aws_chatbot_slack_channel_configuration" "this" {
  configuration_name = local.name
  iam_role_arn       = aws_iam_role.this.arn
  slack_team_id      = var.workspace_id
  slack_channel_id   = var.channel_id
  sns_topic_arns     = var.topic_arns
  logging_level      = var.logging_level

  # Without one AWS takes AdministratorAccess: https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html
  guardrail_policy_arns = ["arn:${var.partition}:iam::aws:policy/CloudWatchReadOnlyAccess"]
}
