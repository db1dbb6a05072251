locals {
  report_name = var.report_name == null ? "${var.name_prefix}-cur" : var.report_name
  bucket_name = var.bucket.name == null ? "${var.name_prefix}-cur-${var.account_id}-${var.region}" : var.bucket.name
  # Written out, not taken from the bucket, so that a plan shows the policy in full.
  bucket_arn      = "arn:${var.partition}:s3:::${local.bucket_name}"
  definition_arns = "arn:${var.partition}:cur:${var.region}:${var.account_id}:definition/*"
  reports_expire  = var.bucket.retention_days != null
}

resource "aws_cur_report_definition" "this" {
  report_name                = local.report_name
  time_unit                  = var.time_unit
  format                     = var.format
  compression                = var.compression
  additional_artifacts       = var.additional_artifacts
  additional_schema_elements = var.additional_schema_elements
  report_versioning          = var.report_versioning
  refresh_closed_reports     = var.refresh_closed_reports
  s3_bucket                  = aws_s3_bucket.this.bucket
  s3_prefix                  = var.prefix
  s3_region                  = var.region

  # AWS looks at the policy when the report is made, and refuses a bucket that
  # does not let it in.
  depends_on = [aws_s3_bucket_policy.this]
}

resource "aws_s3_bucket" "this" {
  bucket = local.bucket_name

  lifecycle {
    # plinth:prevent_destroy var.bucket.prevent_destroy
  }
}

# No ACLs: the account owns every file that AWS delivers.
resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.bucket.noncurrent_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  dynamic "rule" {
    for_each = local.reports_expire ? [1] : []

    content {
      id     = "old-reports"
      status = "Enabled"

      filter {}

      expiration {
        days = var.bucket.retention_days
      }
    }
  }

  # Versions that are not current exist only in a versioned bucket.
  depends_on = [aws_s3_bucket_versioning.this]
}

data "aws_iam_policy_document" "bucket" {
  # AWS checks before each delivery who owns the bucket:
  # https://docs.aws.amazon.com/cur/latest/userguide/cur-s3.html
  statement {
    sid       = "AllowReportsToCheckBucket"
    effect    = "Allow"
    actions   = ["s3:GetBucketAcl", "s3:GetBucketPolicy"]
    resources = [local.bucket_arn]

    principals {
      type        = "Service"
      identifiers = ["billingreports.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }

    # ArnLike because of the "*": StringEquals, as in AWS's sample, reads it as a plain character.
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.definition_arns]
    }
  }

  # https://docs.aws.amazon.com/cur/latest/userguide/cur-s3.html
  statement {
    sid       = "AllowReportsToDeliver"
    effect    = "Allow"
    actions   = ["s3:PutObject"]
    resources = ["${local.bucket_arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["billingreports.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.definition_arns]
    }
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
  statement {
    sid       = "DenyWithoutTLS"
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
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.bucket
  policy = data.aws_iam_policy_document.bucket.json

  # Public access is shut before any policy opens the bucket.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
