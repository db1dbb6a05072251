mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }

  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::acme-cur-123456789012-us-east-1"
    }
  }

  mock_resource "aws_cur_report_definition" {
    defaults = {
      arn = "arn:aws:cur:us-east-1:123456789012:definition/acme-cur"
    }
  }
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "us-east-1"
  name_prefix = "acme"
}

run "defaults" {
  command = apply

  assert {
    condition = alltrue([
      aws_cur_report_definition.this[0].report_name == "acme-cur",
      aws_cur_report_definition.this[0].time_unit == "HOURLY",
      aws_cur_report_definition.this[0].format == "Parquet",
      aws_cur_report_definition.this[0].compression == "Parquet",
      join(",", aws_cur_report_definition.this[0].additional_artifacts) == "ATHENA",
      join(",", aws_cur_report_definition.this[0].additional_schema_elements) == "RESOURCES",
      aws_cur_report_definition.this[0].report_versioning == "OVERWRITE_REPORT",
      aws_cur_report_definition.this[0].refresh_closed_reports,
    ])
    error_message = "The default report is not the hourly one for Athena."
  }

  assert {
    condition = alltrue([
      aws_cur_report_definition.this[0].s3_bucket == "acme-cur-123456789012-us-east-1",
      aws_cur_report_definition.this[0].s3_prefix == "cur",
      aws_cur_report_definition.this[0].s3_region == "us-east-1",
      aws_s3_bucket.this.bucket == "acme-cur-123456789012-us-east-1",
    ])
    error_message = "The report is not delivered to the module's bucket."
  }

  assert {
    condition     = length(setunion([for b in [aws_s3_bucket_ownership_controls.this.bucket, aws_s3_bucket_public_access_block.this.bucket, aws_s3_bucket_versioning.this.bucket, aws_s3_bucket_server_side_encryption_configuration.this.bucket, aws_s3_bucket_lifecycle_configuration.this.bucket, aws_s3_bucket_policy.this.bucket] : b], [aws_s3_bucket.this.bucket])) == 1
    error_message = "A setting is some other bucket's."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced",
      aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled",
      alltrue(flatten([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : [for by in rule.apply_server_side_encryption_by_default : by.sse_algorithm == "AES256"]])),
      length(aws_s3_bucket_server_side_encryption_configuration.this.rule) == 1,
    ])
    error_message = "The bucket lacks owner enforcement, versioning or encryption."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "Public access is not blocked in all four ways."
  }

  assert {
    condition = alltrue([
      length(aws_s3_bucket_lifecycle_configuration.this.rule) == 1,
      aws_s3_bucket_lifecycle_configuration.this.rule[0].status == "Enabled",
      length(aws_s3_bucket_lifecycle_configuration.this.rule[0].filter) == 1,
      aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 30,
      aws_s3_bucket_lifecycle_configuration.this.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7,
    ])
    error_message = "Old versions and broken uploads don't expire, or more does."
  }

  assert {
    condition     = aws_s3_bucket_policy.this.policy == data.aws_iam_policy_document.bucket.json
    error_message = "The bucket has another policy."
  }

  assert {
    condition = alltrue([
      output.report_name == "acme-cur",
      output.report_arn == "arn:aws:cur:us-east-1:123456789012:definition/acme-cur",
      output.bucket_name == "acme-cur-123456789012-us-east-1",
      output.bucket_arn == "arn:aws:s3:::acme-cur-123456789012-us-east-1",
      output.s3_uri == "s3://acme-cur-123456789012-us-east-1/cur/acme-cur/",
    ])
    error_message = "An output is wrong."
  }
}

run "bucket_policy" {
  command = plan

  assert {
    condition     = join(",", data.aws_iam_policy_document.bucket.statement[*].sid) == "AllowReportsToCheckBucket,AllowReportsToDeliver,DenyWithoutTLS"
    error_message = "The bucket policy has other statements."
  }

  assert {
    condition = alltrue([for s in slice(data.aws_iam_policy_document.bucket.statement, 0, 2) : alltrue([
      s.effect == "Allow",
      join(",", flatten([for p in s.principals : [p.type, p.identifiers]])) == "Service,billingreports.amazonaws.com",
      join(";", sort([for c in s.condition : "${c.test},${c.variable},${join(",", c.values)}"])) == "ArnLike,aws:SourceArn,arn:aws:cur:us-east-1:123456789012:definition/*;StringEquals,aws:SourceAccount,123456789012",
    ])])
    error_message = "Others than this account's reports may check or write to the bucket, or reports may not."
  }

  assert {
    condition = alltrue([
      join(",", sort(data.aws_iam_policy_document.bucket.statement[0].actions)) == "s3:GetBucketAcl,s3:GetBucketPolicy",
      join(",", data.aws_iam_policy_document.bucket.statement[0].resources) == "arn:aws:s3:::acme-cur-123456789012-us-east-1",
      join(",", data.aws_iam_policy_document.bucket.statement[1].actions) == "s3:PutObject",
      join(",", data.aws_iam_policy_document.bucket.statement[1].resources) == "arn:aws:s3:::acme-cur-123456789012-us-east-1/*",
    ])
    error_message = "Reports may do more or less than check the bucket and put files."
  }

  assert {
    condition = alltrue([
      data.aws_iam_policy_document.bucket.statement[2].effect == "Deny",
      join(",", data.aws_iam_policy_document.bucket.statement[2].actions) == "s3:*",
      join(",", sort(data.aws_iam_policy_document.bucket.statement[2].resources)) == "arn:aws:s3:::acme-cur-123456789012-us-east-1,arn:aws:s3:::acme-cur-123456789012-us-east-1/*",
      join(",", flatten([for p in data.aws_iam_policy_document.bucket.statement[2].principals : [p.type, p.identifiers]])) == "*,*",
      join(",", flatten([for c in data.aws_iam_policy_document.bucket.statement[2].condition : [c.test, c.variable, c.values]])) == "Bool,aws:SecureTransport,false",
    ])
    error_message = "Access without TLS is not denied to everybody."
  }
}

run "china" {
  command = plan

  variables {
    partition = "aws-cn"
    region    = "cn-northwest-1"
  }

  assert {
    condition     = aws_cur_report_definition.this[0].s3_region == "cn-northwest-1" && aws_s3_bucket.this.bucket == "acme-cur-123456789012-cn-northwest-1"
    error_message = "The report is not in the billing region of China."
  }

  assert {
    condition     = contains(flatten(data.aws_iam_policy_document.bucket.statement[1].condition[*].values), "arn:aws-cn:cur:cn-northwest-1:123456789012:definition/*") && join(",", data.aws_iam_policy_document.bucket.statement[0].resources) == "arn:aws-cn:s3:::acme-cur-123456789012-cn-northwest-1"
    error_message = "An ARN of the bucket policy has the wrong partition or region."
  }
}

run "csv_for_redshift" {
  command = plan

  variables {
    report_name                = "All_costs.(2)"
    prefix                     = "billing/reports"
    time_unit                  = "MONTHLY"
    format                     = "textORcsv"
    compression                = "GZIP"
    additional_artifacts       = ["REDSHIFT", "QUICKSIGHT"]
    additional_schema_elements = []
    report_versioning          = "CREATE_NEW_REPORT"
    refresh_closed_reports     = false
  }

  assert {
    condition = alltrue([
      aws_cur_report_definition.this[0].report_name == "All_costs.(2)",
      aws_cur_report_definition.this[0].s3_prefix == "billing/reports",
      aws_cur_report_definition.this[0].time_unit == "MONTHLY",
      aws_cur_report_definition.this[0].format == "textORcsv",
      aws_cur_report_definition.this[0].compression == "GZIP",
      join(",", sort(aws_cur_report_definition.this[0].additional_artifacts)) == "QUICKSIGHT,REDSHIFT",
      length(aws_cur_report_definition.this[0].additional_schema_elements) == 0,
      aws_cur_report_definition.this[0].report_versioning == "CREATE_NEW_REPORT",
      !aws_cur_report_definition.this[0].refresh_closed_reports,
    ])
    error_message = "A setting is not the report's."
  }
}

run "parquet_for_nobody" {
  command = plan

  variables {
    additional_artifacts = []
    report_versioning    = "CREATE_NEW_REPORT"
  }

  assert {
    condition     = length(aws_cur_report_definition.this[0].additional_artifacts) == 0
    error_message = "The report is prepared for a service though none was asked for."
  }
}

run "bucket" {
  command = plan

  variables {
    # Far too long for a bucket's default name, which is not used.
    name_prefix = "a-prefix-that-is-too-long-for-any-bucket-of-its-own"
    bucket      = { name = "billing.acme-2020", retention_days = 1100, noncurrent_days = 1, prevent_destroy = false }
  }

  assert {
    condition     = aws_s3_bucket.this.bucket == "billing.acme-2020" && aws_cur_report_definition.this[0].s3_bucket == "billing.acme-2020" && join(",", data.aws_iam_policy_document.bucket.statement[0].resources) == "arn:aws:s3:::billing.acme-2020"
    error_message = "bucket.name is not the name of the bucket, in the report and in the policy."
  }

  assert {
    condition = alltrue([
      length(aws_s3_bucket_lifecycle_configuration.this.rule) == 2,
      aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 1,
      aws_s3_bucket_lifecycle_configuration.this.rule[1].status == "Enabled",
      length(aws_s3_bucket_lifecycle_configuration.this.rule[1].filter) == 1,
      aws_s3_bucket_lifecycle_configuration.this.rule[1].expiration[0].days == 1100,
    ])
    error_message = "Reports or old versions are kept for other times."
  }
}
