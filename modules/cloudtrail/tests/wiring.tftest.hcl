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

  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/made-here"
      id  = "role-made-here"
    }
  }

  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::made-here"
      id  = "bucket-made-here"
    }
  }

  mock_resource "aws_cloudtrail" {
    defaults = {
      arn = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/made-here"
    }
  }
}

variables {
  account_id     = "123456789012"
  partition      = "aws"
  region         = "eu-central-1"
  name_prefix    = "acme"
  log_group_name = "audit"
  kms            = { create = true }
  bucket         = { object_lock = {}, access_log = { bucket = "acme-access-logs" } }
}

run "everything_made_here" {
  assert {
    condition     = aws_cloudtrail.this.kms_key_id == "arn:aws:kms:eu-central-1:123456789012:key/made-here" && output.kms_key_arn == "arn:aws:kms:eu-central-1:123456789012:key/made-here" && aws_kms_alias.this[0].target_key_id == "made-here"
    error_message = "The trail, the output and the alias lead to the key that was made."
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : rule.apply_server_side_encryption_by_default[0].kms_master_key_id == "arn:aws:kms:eu-central-1:123456789012:key/made-here"])
    error_message = "The bucket is encrypted with the key that was made."
  }

  assert {
    condition     = aws_cloudtrail.this.cloud_watch_logs_role_arn == "arn:aws:iam::123456789012:role/made-here" && aws_iam_role_policy.cloudwatch_logs[0].role == "role-made-here"
    error_message = "The trail uses the role that was made, and the policy is the role's."
  }

  assert {
    condition = alltrue([for bucket in [
      aws_cloudtrail.this.s3_bucket_name,
      aws_s3_bucket_lifecycle_configuration.this.bucket,
      aws_s3_bucket_logging.this[0].bucket,
      aws_s3_bucket_object_lock_configuration.this[0].bucket,
      aws_s3_bucket_ownership_controls.this.bucket,
      aws_s3_bucket_policy.this.bucket,
      aws_s3_bucket_public_access_block.this.bucket,
      aws_s3_bucket_server_side_encryption_configuration.this.bucket,
      aws_s3_bucket_versioning.this.bucket,
    ] : bucket == "bucket-made-here"])
    error_message = "Everything about the bucket is about the bucket that was made."
  }

  assert {
    condition     = output.arn == "arn:aws:cloudtrail:eu-central-1:123456789012:trail/made-here" && output.bucket_arn == "arn:aws:s3:::made-here"
    error_message = "The outputs lead to what was made."
  }
}
