locals {
  name        = coalesce(var.name, "${var.name_prefix}-cloudtrail")
  bucket_name = coalesce(var.bucket.name, "${var.name_prefix}-cloudtrail-${var.account_id}-${var.region}")

  # ARNs are built from names: a policy can then be read in the plan, and the bucket policy does not wait for the trail that waits for it.
  trail_arn     = "arn:${var.partition}:cloudtrail:${var.region}:${var.account_id}:trail/${local.name}"
  bucket_arn    = "arn:${var.partition}:s3:::${local.bucket_name}"
  log_files_arn = var.bucket.key_prefix == null ? "${local.bucket_arn}/AWSLogs" : "${local.bucket_arn}/${var.bucket.key_prefix}/AWSLogs"

  create_key  = var.kms.create
  use_kms     = var.kms.create || var.kms.key_arn != null
  kms_key_arn = var.kms.create ? aws_kms_key.this[0].arn : var.kms.key_arn

  deliver_to_log_group = var.log_group_name != null
  is_organization      = var.organization != null
  lock_objects         = var.bucket.object_lock != null
  log_access           = var.bucket.access_log != null
  restrict_readers     = length(var.bucket.reader_arns) > 0
  record_s3            = var.data_events.s3 != null
  record_lambda        = var.data_events.lambda != null
}

# The bucket

resource "aws_s3_bucket" "this" {
  bucket              = local.bucket_name
  object_lock_enabled = local.lock_objects

  lifecycle {
    # plinth:prevent_destroy var.bucket.prevent_destroy
  }
}

# No ACLs: whatever is delivered belongs to this account.
resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = local.use_kms

    apply_server_side_encryption_by_default {
      sse_algorithm     = local.use_kms ? "aws:kms" : "AES256"
      kms_master_key_id = local.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "log-files"
    status = "Enabled"

    filter {}

    dynamic "transition" {
      for_each = var.bucket.transitions

      content {
        days          = transition.value
        storage_class = transition.key
      }
    }

    dynamic "expiration" {
      for_each = var.bucket.retention_days > 0 ? [1] : []

      content {
        days = var.bucket.retention_days
      }
    }

    noncurrent_version_expiration {
      noncurrent_days = var.bucket.noncurrent_retention_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # Rules for noncurrent versions are meant for a bucket that has versions.
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count = local.lock_objects ? 1 : 0

  bucket = aws_s3_bucket.this.id

  rule {
    default_retention {
      mode = var.bucket.object_lock.mode
      days = var.bucket.object_lock.days
    }
  }

  # Object lock needs versioning: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_logging" "this" {
  count = local.log_access ? 1 : 0

  bucket        = aws_s3_bucket.this.id
  target_bucket = var.bucket.access_log.bucket
  target_prefix = var.bucket.access_log.prefix
}

data "aws_iam_policy_document" "bucket" {
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
  statement {
    sid       = "DenyInsecureTransport"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.bucket_arn, "${local.bucket_arn}/*"]

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

  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
  statement {
    sid       = "AllowCloudTrailAclCheck"
    effect    = "Allow"
    actions   = ["s3:GetBucketAcl"]
    resources = [local.bucket_arn]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }

  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
  statement {
    sid       = "AllowCloudTrailWrite"
    effect    = "Allow"
    actions   = ["s3:PutObject"]
    resources = ["${local.log_files_arn}/${var.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }

  # An organization trail writes the member accounts' files below the organization's id:
  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
  dynamic "statement" {
    for_each = local.is_organization ? [1] : []

    content {
      sid       = "AllowCloudTrailOrganizationWrite"
      effect    = "Allow"
      actions   = ["s3:PutObject"]
      resources = ["${local.log_files_arn}/${var.organization.id}/*"]

      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceArn"
        values   = [local.trail_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "s3:x-amz-acl"
        values   = ["bucket-owner-full-control"]
      }
    }
  }

  # For the session of a role aws:PrincipalArn is the ARN of the role:
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
  dynamic "statement" {
    for_each = local.restrict_readers ? [1] : []

    content {
      sid       = "DenyOtherReaders"
      effect    = "Deny"
      actions   = ["s3:GetObject*"]
      resources = ["${local.bucket_arn}/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }

      condition {
        test     = "ArnNotLike"
        variable = "aws:PrincipalArn"
        values   = var.bucket.reader_arns
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.bucket.json

  # The block comes first, so that S3 refuses a policy that would make the bucket public.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

# The key

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

  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
  statement {
    sid       = "AllowCloudTrailEncrypt"
    effect    = "Allow"
    actions   = ["kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }

    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:aws:cloudtrail:arn"
      values   = ["arn:${var.partition}:cloudtrail:*:${var.account_id}:trail/*"]
    }
  }

  # Decrypt is asked for where the bucket has an S3 Bucket Key:
  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
  statement {
    sid       = "AllowCloudTrailDescribeAndDecrypt"
    effect    = "Allow"
    actions   = ["kms:Decrypt", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }
}

# In the bucket's region, as CloudTrail demands. Who loses this key loses every log file.
resource "aws_kms_key" "this" {
  count = local.create_key ? 1 : 0

  description             = "Encrypts the log files of the trail ${local.name}"
  deletion_window_in_days = var.kms.deletion_window_days
  enable_key_rotation     = true
  policy                  = data.aws_iam_policy_document.key[0].json

  lifecycle {
    # plinth:prevent_destroy var.bucket.prevent_destroy
  }
}

resource "aws_kms_alias" "this" {
  count = local.create_key ? 1 : 0

  name          = "alias/${var.name_prefix}-cloudtrail"
  target_key_id = aws_kms_key.this[0].key_id
}

# Delivery to CloudWatch Logs

data "aws_iam_policy_document" "cloudwatch_logs_trust" {
  count = local.deliver_to_log_group ? 1 : 0

  # No aws:SourceArn here: AWS says that confused deputy prevention does not apply to this role.
  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
  statement {
    sid     = "AllowCloudTrailAssume"
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "cloudwatch_logs" {
  count = local.deliver_to_log_group ? 1 : 0

  # Only the streams that CloudTrail names after the account, or after the organization for its member accounts:
  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
  statement {
    sid     = "AllowPutTrailEvents"
    effect  = "Allow"
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]

    resources = concat(
      ["arn:${var.partition}:logs:${var.region}:${var.account_id}:log-group:${var.log_group_name}:log-stream:${var.account_id}_CloudTrail_${var.region}*"],
      local.is_organization ? ["arn:${var.partition}:logs:${var.region}:${var.account_id}:log-group:${var.log_group_name}:log-stream:${var.organization.id}_*"] : [],
    )
  }
}

resource "aws_iam_role" "cloudwatch_logs" {
  count = local.deliver_to_log_group ? 1 : 0

  name               = "${var.name_prefix}-cloudtrail-logs"
  description        = "Lets CloudTrail write events to the log group of the trail ${local.name}"
  assume_role_policy = data.aws_iam_policy_document.cloudwatch_logs_trust[0].json
}

resource "aws_iam_role_policy" "cloudwatch_logs" {
  count = local.deliver_to_log_group ? 1 : 0

  name   = "write-trail-events"
  role   = aws_iam_role.cloudwatch_logs[0].id
  policy = data.aws_iam_policy_document.cloudwatch_logs[0].json
}

# The trail

resource "aws_cloudtrail" "this" {
  name           = local.name
  s3_bucket_name = aws_s3_bucket.this.id
  s3_key_prefix  = var.bucket.key_prefix
  kms_key_id     = local.kms_key_arn
  enable_logging = true

  # All regions, with the events of global services; AWS refuses the first without the second:
  # https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  is_organization_trail         = local.is_organization

  # AWS wants the log group's ARN with :* at its end, and the role with it:
  # https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
  cloud_watch_logs_group_arn = local.deliver_to_log_group ? "arn:${var.partition}:logs:${var.region}:${var.account_id}:log-group:${var.log_group_name}:*" : null
  cloud_watch_logs_role_arn  = local.deliver_to_log_group ? aws_iam_role.cloudwatch_logs[0].arn : null

  # Without any selector a trail records all management events; with one for data events it must be asked for them:
  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
  dynamic "advanced_event_selector" {
    for_each = local.record_s3 || local.record_lambda ? [1] : []

    content {
      name = "Management events"

      field_selector {
        field  = "eventCategory"
        equals = ["Management"]
      }
    }
  }

  dynamic "advanced_event_selector" {
    for_each = local.record_s3 ? [1] : []

    content {
      name = "S3 object ${var.data_events.s3.access == "all" ? "event" : var.data_events.s3.access}s${length(var.data_events.s3.buckets) > 0 ? " of named buckets" : ""}"

      field_selector {
        field  = "eventCategory"
        equals = ["Data"]
      }

      field_selector {
        field  = "resources.type"
        equals = ["AWS::S3::Object"]
      }

      # With no bucket named all are recorded but the trail's own, where each delivery would cause another.
      field_selector {
        field           = "resources.ARN"
        starts_with     = length(var.data_events.s3.buckets) > 0 ? [for name in var.data_events.s3.buckets : "arn:${var.partition}:s3:::${name}/"] : null
        not_starts_with = length(var.data_events.s3.buckets) > 0 ? null : ["${local.bucket_arn}/"]
      }

      dynamic "field_selector" {
        for_each = var.data_events.s3.access == "all" ? [] : [1]

        content {
          field  = "readOnly"
          equals = [var.data_events.s3.access == "read" ? "true" : "false"]
        }
      }
    }
  }

  dynamic "advanced_event_selector" {
    for_each = local.record_lambda ? [1] : []

    content {
      name = "Lambda invocations"

      field_selector {
        field  = "eventCategory"
        equals = ["Data"]
      }

      field_selector {
        field  = "resources.type"
        equals = ["AWS::Lambda::Function"]
      }

      dynamic "field_selector" {
        for_each = length(var.data_events.lambda.function_arns) > 0 ? [1] : []

        content {
          field  = "resources.ARN"
          equals = var.data_events.lambda.function_arns
        }
      }
    }
  }

  dynamic "insight_selector" {
    for_each = var.insights

    content {
      insight_type = insight_selector.value
    }
  }

  # AWS refuses a trail whose bucket has no policy for it (InsufficientS3BucketPolicyException) or whose role may not write yet.
  # The rest is there before the first log file: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_versioning.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_object_lock_configuration.this,
    aws_iam_role_policy.cloudwatch_logs,
  ]
}
