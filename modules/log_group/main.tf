locals {
  name = coalesce(var.name, "${var.name_prefix}-cloudtrail")

  create_key  = var.kms.create
  kms_key_arn = var.kms.create ? aws_kms_key.this[0].arn : var.kms.key_arn

  # Built from the name, because the log group waits for the key whose policy names it.
  log_group_arn = "arn:${var.partition}:logs:${var.region}:${var.account_id}:log-group:${local.name}"
}

data "aws_iam_policy_document" "key" {
  count = local.create_key ? 1 : 0

  # Without this statement nobody could manage the key: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
  statement {
    sid       = "AllowAccountIAM"
    effect    = "Allow"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.partition}:iam::${var.account_id}:root"]
    }
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  statement {
    sid       = "AllowCloudWatchLogs"
    effect    = "Allow"
    actions   = ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]

    # China has its own DNS suffix: https://docs.amazonaws.cn/en_us/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    principals {
      type        = "Service"
      identifiers = ["logs.${var.region}.${var.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}"]
    }

    condition {
      test     = "ArnEquals"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = [local.log_group_arn]
    }
  }
}

# Who loses this key loses every event in the log group.
resource "aws_kms_key" "this" {
  count = local.create_key ? 1 : 0

  description             = "Encrypts the log group ${local.name}"
  deletion_window_in_days = var.kms.deletion_window_days
  enable_key_rotation     = true
  policy                  = data.aws_iam_policy_document.key[0].json

  lifecycle {
    # plinth:prevent_destroy var.prevent_destroy
  }
}

resource "aws_kms_alias" "this" {
  count = local.create_key ? 1 : 0

  name          = "alias/${var.name_prefix}-log-group"
  target_key_id = aws_kms_key.this[0].key_id
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.name
  retention_in_days = var.retention_days
  kms_key_id        = local.kms_key_arn

  # Metric filters need this class, and it can't be changed later:
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
  log_group_class = "STANDARD"

  lifecycle {
    # plinth:prevent_destroy var.prevent_destroy
  }
}
