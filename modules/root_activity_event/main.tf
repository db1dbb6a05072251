locals {
  name = coalesce(var.name, "${var.name_prefix}-root-event")
  # Written out, not taken from the topic, so that a plan shows the policies in full.
  topic_arn  = "arn:${var.partition}:sns:${var.region}:${var.account_id}:${local.name}"
  key_create = var.kms.create

  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
  detail_types = concat(
    var.watch.sign_ins ? ["AWS Console Sign In via CloudTrail"] : [],
    var.watch.api_calls ? ["AWS API Call via CloudTrail"] : [],
  )
}

# Not what AWS services do for root: invokedBy is there for calls that a service makes, and AwsServiceEvent for what it does by itself.
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
resource "aws_cloudwatch_event_rule" "this" {
  name        = local.name
  description = "The root user of account ${var.account_id} signed in or called AWS."

  event_pattern = jsonencode({
    "detail-type" = local.detail_types
    detail = {
      eventType    = [{ "anything-but" = ["AwsServiceEvent"] }]
      userIdentity = { type = ["Root"], invokedBy = [{ exists = false }] }
    }
  })

  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html#eb-service-events-management
  state = var.watch.read_only_calls ? "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" : "ENABLED"
}

resource "aws_cloudwatch_event_target" "this" {
  rule      = aws_cloudwatch_event_rule.this.name
  target_id = "topic"
  arn       = aws_sns_topic.this.arn

  input_transformer {
    input_paths = {
      account = "$.account"
      agent   = "$.detail.userAgent"
      error   = "$.detail.errorCode"
      event   = "$.detail.eventName"
      ip      = "$.detail.sourceIPAddress"
      mfa     = "$.detail.additionalEventData.MFAUsed"
      region  = "$.detail.awsRegion"
      result  = "$.detail.responseElements.ConsoleLogin"
      service = "$.detail.eventSource"
      time    = "$.time"
    }

    # One line of text each, in quotes. A path that an event lacks leaves its place empty.
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    input_template = <<-EOT
      "The root user of AWS account <account> did something: find out who it was, from where, and why."
      "What: <event> (<service>, <region>) at <time>"
      "From: <ip>, <agent>"
      "Sign-in: <result>, MFA: <mfa>. Error: <error>"
    EOT
  }

  # Who writes to a closed topic loses the event.
  depends_on = [aws_sns_topic_policy.this]
}

resource "aws_sns_topic" "this" {
  name              = local.name
  kms_master_key_id = local.key_create ? aws_kms_key.this[0].arn : var.kms.key_arn
}

data "aws_iam_policy_document" "topic" {
  # No condition: AWS's page says that EventBridge supports none in the policy of a topic, and an alert that is refused is lost without a sound.
  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  statement {
    sid       = "AllowEventBridgeToPublish"
    effect    = "Allow"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }

  # https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
  statement {
    sid       = "DenyPublishWithoutTLS"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}

# Whoever reads the mailbox must follow the link that AWS sends; until then the
# subscription is pending, and Terraform can neither confirm nor delete it:
# https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/sns_topic_subscription
resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.addresses)

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value

  # The topic is closed before anybody can be subscribed to it.
  depends_on = [aws_sns_topic_policy.this]
}

data "aws_iam_policy_document" "key" {
  count = local.key_create ? 1 : 0

  # Without it nobody could ever administer the key:
  # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
  statement {
    sid       = "AllowAccountToAdminister"
    effect    = "Allow"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.partition}:iam::${var.account_id}:root"]
    }
  }

  # EventBridge publishes with its own principal, which needs the key itself: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
  # No condition, for the reason given at the topic.
  statement {
    sid       = "AllowEventBridgeToEncrypt"
    effect    = "Allow"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "this" {
  count = local.key_create ? 1 : 0

  description             = "Messages of SNS topic ${local.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.kms.deletion_window_days
  policy                  = data.aws_iam_policy_document.key[0].json
}

resource "aws_kms_alias" "this" {
  count = local.key_create ? 1 : 0

  name          = "alias/${local.name}"
  target_key_id = aws_kms_key.this[0].key_id
}
