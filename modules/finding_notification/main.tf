locals {
  name = coalesce(var.name, "${var.name_prefix}-findings")
  # Written out, not taken from the resources, so that a plan shows the policies in full.
  bus_arn    = "arn:${var.partition}:events:${var.region}:${var.account_id}:event-bus/${local.name}"
  topic_arn  = "arn:${var.partition}:sns:${var.region}:${var.account_id}:${local.name}"
  key_create = var.kms.create
  invokes    = var.lambda_arn != null
}

# A bus of its own, so that the home region's analyzer is told of like any other: a rule that sends to the bus it reads would loop.
resource "aws_cloudwatch_event_bus" "this" {
  name = local.name
}

# The rules of the regions send to the bus by this role: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
data "aws_iam_policy_document" "trust" {
  # https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.partition}:events:*:${var.account_id}:rule/*"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = local.name
  description        = "Lets EventBridge hand findings of each region to event bus ${local.name}."
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "put" {
  statement {
    effect    = "Allow"
    actions   = ["events:PutEvents"]
    resources = [local.bus_arn]
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "put-events"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.put.json
}

# https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-access-analyzer.html
resource "aws_cloudwatch_event_rule" "this" {
  name           = local.name
  description    = "A finding of Access Analyzer in any region of account ${var.account_id}."
  event_bus_name = aws_cloudwatch_event_bus.this.name

  event_pattern = jsonencode({
    source = ["aws.access-analyzer"]
  })
}

resource "aws_cloudwatch_event_target" "topic" {
  rule           = aws_cloudwatch_event_rule.this.name
  event_bus_name = aws_cloudwatch_event_bus.this.name
  target_id      = "topic"
  arn            = aws_sns_topic.this.arn

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
  input_transformer {
    input_paths = {
      account  = "$.detail.accountId"
      finding  = "$.detail.id"
      kind     = "$.detail-type"
      outside  = "$.detail.principal.AWS"
      public   = "$.detail.isPublic"
      region   = "$.region"
      resource = "$.detail.resource"
      time     = "$.time"
      type     = "$.detail.resourceType"
      unused   = "$.detail.findingType"
    }

    # One line of text each, in quotes. A path that an event lacks leaves its place empty.
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    input_template = <<-EOT
      "<kind> in account <account>, <region>, at <time>: remove the access, or archive the finding if it is intended."
      "What: <resource> (<type>)"
      "Access from outside: public <public>, account or principal <outside>. Unused access: <unused>"
      "Where: IAM console, Access Analyzer, region <region>, finding <finding>"
    EOT
  }

  # Who writes to a closed topic loses the event.
  depends_on = [aws_sns_topic_policy.this]
}

# The function gets the event as it is.
resource "aws_cloudwatch_event_target" "function" {
  count = local.invokes ? 1 : 0

  rule           = aws_cloudwatch_event_rule.this.name
  event_bus_name = aws_cloudwatch_event_bus.this.name
  target_id      = "function"
  arn            = var.lambda_arn

  depends_on = [aws_lambda_permission.this]
}

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-lambda-permissions
resource "aws_lambda_permission" "this" {
  count = local.invokes ? 1 : 0

  statement_id  = local.name
  action        = "lambda:InvokeFunction"
  function_name = var.lambda_arn
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.this.arn
}

resource "aws_sns_topic" "this" {
  name              = local.name
  kms_master_key_id = local.key_create ? aws_kms_key.this[0].arn : var.kms.key_arn
}

data "aws_iam_policy_document" "topic" {
  # No condition: AWS's page says that EventBridge supports none in the policy of a topic, and a notification that is refused is lost without a sound.
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
