locals {
  topic_name = var.name == null ? "${var.name_prefix}-alerts" : var.name
  # Written out, not taken from the topic, so that a plan shows the policies in full.
  topic_arn  = "arn:${var.partition}:sns:${var.region}:${var.account_id}:${local.topic_name}"
  key_create = var.kms.create
}

resource "aws_sns_topic" "this" {
  name              = local.topic_name
  kms_master_key_id = local.key_create ? aws_kms_key.this[0].arn : var.kms.key_arn
}

# It replaces the policy that SNS gives a new topic. Within the account, IAM
# policies alone still let people publish and administer.
data "aws_iam_policy_document" "topic" {
  # Without it an alarm turns red and mails nobody. Only this account's alarms of this region:
  # https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
  statement {
    sid       = "AllowAlarmsToPublish"
    effect    = "Allow"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.partition}:cloudwatch:${var.region}:${var.account_id}:alarm:*"]
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

# The endpoint gets a message with a link that it must follow. One that does so by itself can be waited for:
# https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
resource "aws_sns_topic_subscription" "https" {
  for_each = { for endpoint in var.https : endpoint.url => endpoint }

  topic_arn              = aws_sns_topic.this.arn
  protocol               = "https"
  endpoint               = each.key
  endpoint_auto_confirms = each.value.auto_confirms
  raw_message_delivery   = each.value.raw_message_delivery

  depends_on = [aws_sns_topic_policy.this]
}

# https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
resource "aws_sns_topic_subscription" "sqs" {
  for_each = { for queue in var.sqs : queue.queue_arn => queue }

  topic_arn            = aws_sns_topic.this.arn
  protocol             = "sqs"
  endpoint             = each.key
  raw_message_delivery = each.value.raw_message_delivery

  depends_on = [aws_sns_topic_policy.this]
}

# https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
resource "aws_lambda_permission" "topic" {
  for_each = { for arn in var.lambda : reverse(split(":", arn))[0] => arn }

  statement_id  = local.topic_name
  action        = "lambda:InvokeFunction"
  function_name = each.value
  principal     = "sns.amazonaws.com"
  source_arn    = local.topic_arn
}

resource "aws_sns_topic_subscription" "lambda" {
  for_each = { for arn in var.lambda : reverse(split(":", arn))[0] => arn }

  topic_arn = aws_sns_topic.this.arn
  protocol  = "lambda"
  endpoint  = each.value

  # What comes before the function lets the topic in is lost.
  depends_on = [aws_sns_topic_policy.this, aws_lambda_permission.topic]
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

  # Alarms publish with CloudWatch's own principal, which needs the key itself:
  # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
  # No condition. For alarms AWS offers only one on the organization, and this account
  # may be in none: https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
  # Whether alarms satisfy one on aws:SourceArn is not written there, and a key that
  # refuses CloudWatch loses alerts without a sound. The topic policy limits the alarms.
  statement {
    sid       = "AllowAlarmsToEncrypt"
    effect    = "Allow"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "this" {
  count = local.key_create ? 1 : 0

  description             = "Messages of SNS topic ${local.topic_name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.kms.deletion_window_days
  policy                  = data.aws_iam_policy_document.key[0].json
}

resource "aws_kms_alias" "this" {
  count = local.key_create ? 1 : 0

  name          = "alias/${local.topic_name}"
  target_key_id = aws_kms_key.this[0].key_id
}
