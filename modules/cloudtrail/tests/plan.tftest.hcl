# The real provider with made-up credentials: planning calls nothing, and policies come out as AWS would get them.
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "eu-central-1"
  name_prefix = "acme"
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_cloudtrail.this.name == "acme-cloudtrail" && aws_cloudtrail.this.enable_logging
    error_message = "The trail is named after the prefix and records."
  }

  assert {
    condition     = aws_cloudtrail.this.is_multi_region_trail && aws_cloudtrail.this.include_global_service_events && aws_cloudtrail.this.enable_log_file_validation
    error_message = "The trail covers all regions and global services and signs its files."
  }

  assert {
    condition     = !aws_cloudtrail.this.is_organization_trail && aws_cloudtrail.this.kms_key_id == null && aws_cloudtrail.this.cloud_watch_logs_group_arn == null && aws_cloudtrail.this.cloud_watch_logs_role_arn == null && aws_cloudtrail.this.s3_key_prefix == null
    error_message = "What was not asked for is absent from the trail."
  }

  assert {
    condition     = length(aws_cloudtrail.this.advanced_event_selector) == 0 && length(aws_cloudtrail.this.insight_selector) == 0
    error_message = "Nothing that is charged by the event is recorded."
  }

  assert {
    condition     = length(aws_kms_key.this) + length(aws_kms_alias.this) + length(aws_iam_role.cloudwatch_logs) + length(aws_iam_role_policy.cloudwatch_logs) + length(aws_s3_bucket_object_lock_configuration.this) + length(aws_s3_bucket_logging.this) == 0
    error_message = "No optional resource is made."
  }

  assert {
    condition     = aws_s3_bucket.this.bucket == "acme-cloudtrail-123456789012-eu-central-1" && !aws_s3_bucket.this.object_lock_enabled
    error_message = "The bucket is named after prefix, account and region."
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "The bucket has no ACLs."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "All four public access blocks are on."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "The bucket keeps versions."
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "AES256" && !rule.bucket_key_enabled])
    error_message = "Without a key S3 encrypts."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].status == "Enabled" && aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 365 && aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 30 && aws_s3_bucket_lifecycle_configuration.this.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7
    error_message = "Log files expire after a year, old versions after 30 days, unfinished uploads after 7."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this.rule[0].transition) == 0
    error_message = "Log files stay in their storage class."
  }

  assert {
    condition = jsonencode(jsondecode(aws_s3_bucket_policy.this.policy)) == jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "DenyInsecureTransport"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = ["arn:aws:s3:::acme-cloudtrail-123456789012-eu-central-1/*", "arn:aws:s3:::acme-cloudtrail-123456789012-eu-central-1"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
        {
          Sid       = "AllowCloudTrailAclCheck"
          Effect    = "Allow"
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = "s3:GetBucketAcl"
          Resource  = "arn:aws:s3:::acme-cloudtrail-123456789012-eu-central-1"
          Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/acme-cloudtrail" } }
        },
        {
          Sid       = "AllowCloudTrailWrite"
          Effect    = "Allow"
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = "s3:PutObject"
          Resource  = "arn:aws:s3:::acme-cloudtrail-123456789012-eu-central-1/AWSLogs/123456789012/*"
          Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/acme-cloudtrail", "s3:x-amz-acl" = "bucket-owner-full-control" } }
        },
      ]
    })
    error_message = "The bucket policy lets this trail in and nobody else."
  }

  assert {
    condition     = output.name == "acme-cloudtrail" && output.bucket_name == "acme-cloudtrail-123456789012-eu-central-1" && output.kms_key_arn == null
    error_message = "The outputs name the trail and the bucket."
  }
}

# No plan shows an order or a lifecycle, so the text has to: what stands in a resource up to the brace that ends it.
run "order_and_protection" {
  command = plan

  assert {
    condition = alltrue([for awaited in [
      "aws_s3_bucket_policy.this",
      "aws_s3_bucket_ownership_controls.this",
      "aws_s3_bucket_versioning.this",
      "aws_s3_bucket_server_side_encryption_configuration.this",
      "aws_s3_bucket_object_lock_configuration.this",
      "aws_iam_role_policy.cloudwatch_logs",
    ] : anytrue([for text in split("\n}\n", file("${path.module}/main.tf")) : strcontains(text, "resource \"aws_cloudtrail\" \"this\" {") && can(regex("(?s)\n  depends_on = \\[[^]]*\n    ${awaited},", text))])])
    error_message = "The trail waits for all that it needs to deliver, the bucket policy first."
  }

  assert {
    condition = alltrue([for type, awaited in {
      aws_s3_bucket_policy                    = "aws_s3_bucket_public_access_block.this"
      aws_s3_bucket_lifecycle_configuration   = "aws_s3_bucket_versioning.this"
      aws_s3_bucket_object_lock_configuration = "aws_s3_bucket_versioning.this"
    } : anytrue([for text in split("\n}\n", file("${path.module}/main.tf")) : strcontains(text, "resource \"${type}\" \"this\" {") && strcontains(text, "\n  depends_on = [${awaited}]")])])
    error_message = "The policy waits for the public access block, lifecycle and object lock for versioning."
  }

  assert {
    condition = alltrue([for type in ["aws_s3_bucket", "aws_kms_key"] :
      anytrue([for text in split("\n}\n", file("${path.module}/main.tf")) : strcontains(text, "resource \"${type}\" \"this\" {") && strcontains(text, "\n  lifecycle {\n    # plinth:prevent_destroy var.bucket.prevent_destroy\n  }")])
    ])
    error_message = "plinth finds where to protect the bucket and the key."
  }
}

run "own_names_and_key_prefix" {
  command = plan

  variables {
    name   = "Audit.trail_1"
    bucket = { name = "audit.example-logs", key_prefix = "baseline/trail" }
  }

  assert {
    condition     = aws_cloudtrail.this.name == "Audit.trail_1" && aws_s3_bucket.this.bucket == "audit.example-logs" && aws_cloudtrail.this.s3_key_prefix == "baseline/trail"
    error_message = "The names and the prefix are taken as written."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[2].Resource == "arn:aws:s3:::audit.example-logs/baseline/trail/AWSLogs/123456789012/*"
    error_message = "The policy has the same prefix as the trail."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[1].Condition.StringEquals["aws:SourceArn"] == "arn:aws:cloudtrail:eu-central-1:123456789012:trail/Audit.trail_1"
    error_message = "The policy names the trail by its own name."
  }
}

run "another_partition" {
  command = plan

  variables {
    partition      = "aws-cn"
    log_group_name = "audit"
    kms            = { create = true }
    data_events    = { s3 = {} }
  }

  assert {
    condition     = !strcontains(join(" ", [aws_s3_bucket_policy.this.policy, aws_kms_key.this[0].policy, aws_iam_role_policy.cloudwatch_logs[0].policy, aws_cloudtrail.this.cloud_watch_logs_group_arn, jsonencode(aws_cloudtrail.this.advanced_event_selector)]), "arn:aws:")
    error_message = "Every ARN carries the partition."
  }
}

run "log_group" {
  command = plan

  variables {
    log_group_name = "audit/trail"
  }

  assert {
    condition     = aws_cloudtrail.this.cloud_watch_logs_group_arn == "arn:aws:logs:eu-central-1:123456789012:log-group:audit/trail:*"
    error_message = "The trail gets the log group's ARN with :* at its end."
  }

  assert {
    condition     = aws_iam_role.cloudwatch_logs[0].name == "acme-cloudtrail-logs"
    error_message = "The role is named after the prefix."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role.cloudwatch_logs[0].assume_role_policy)) == jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "AllowCloudTrailAssume"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "sts:AssumeRole"
      }]
    })
    error_message = "CloudTrail alone may take the role."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.cloudwatch_logs[0].policy)) == jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid      = "AllowPutTrailEvents"
        Effect   = "Allow"
        Action   = ["logs:PutLogEvents", "logs:CreateLogStream"]
        Resource = "arn:aws:logs:eu-central-1:123456789012:log-group:audit/trail:log-stream:123456789012_CloudTrail_eu-central-1*"
      }]
    })
    error_message = "The role may write to the trail's own streams only."
  }
}

run "organization" {
  command = plan

  variables {
    log_group_name = "audit"
    organization   = { id = "o-a1b2c3d4e5" }
    bucket         = { key_prefix = "trail" }
  }

  assert {
    condition     = aws_cloudtrail.this.is_organization_trail
    error_message = "The trail covers the organization."
  }

  assert {
    condition     = length(jsondecode(aws_s3_bucket_policy.this.policy).Statement) == 4 && jsondecode(aws_s3_bucket_policy.this.policy).Statement[2].Resource == "arn:aws:s3:::acme-cloudtrail-123456789012-eu-central-1/trail/AWSLogs/123456789012/*"
    error_message = "The management account's own folder stays writable."
  }

  assert {
    condition = jsonencode(jsondecode(aws_s3_bucket_policy.this.policy).Statement[3]) == jsonencode({
      Sid       = "AllowCloudTrailOrganizationWrite"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::acme-cloudtrail-123456789012-eu-central-1/trail/AWSLogs/o-a1b2c3d4e5/*"
      Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/acme-cloudtrail", "s3:x-amz-acl" = "bucket-owner-full-control" } }
    })
    error_message = "The organization's folder is writable for this trail."
  }

  assert {
    condition     = jsonencode(sort(jsondecode(aws_iam_role_policy.cloudwatch_logs[0].policy).Statement[0].Resource)) == jsonencode(["arn:aws:logs:eu-central-1:123456789012:log-group:audit:log-stream:123456789012_CloudTrail_eu-central-1*", "arn:aws:logs:eu-central-1:123456789012:log-group:audit:log-stream:o-a1b2c3d4e5_*"])
    error_message = "The role may write the streams of the member accounts."
  }
}

run "readers" {
  command = plan

  variables {
    bucket = { reader_arns = ["arn:aws:iam::123456789012:role/auditor", "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Audit_*"] }
  }

  assert {
    condition = jsonencode(jsondecode(aws_s3_bucket_policy.this.policy).Statement[3]) == jsonencode({
      Sid       = "DenyOtherReaders"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:GetObject*"
      Resource  = "arn:aws:s3:::acme-cloudtrail-123456789012-eu-central-1/*"
      Condition = { ArnNotLike = { "aws:PrincipalArn" = ["arn:aws:iam::123456789012:role/auditor", "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Audit_*"] } }
    })
    error_message = "Only the named readers get log files."
  }
}

run "key_made_here" {
  command = plan

  variables {
    kms = { create = true, deletion_window_days = 7 }
  }

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_key.this[0].deletion_window_in_days == 7 && aws_kms_alias.this[0].name == "alias/acme-cloudtrail"
    error_message = "The key rotates and has an alias."
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && rule.bucket_key_enabled])
    error_message = "The bucket is encrypted with the key, through a bucket key."
  }

  assert {
    condition = jsonencode(jsondecode(aws_kms_key.this[0].policy)) == jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "AllowAccountIAM"
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::123456789012:root" }
          Action    = "kms:*"
          Resource  = "*"
        },
        {
          Sid       = "AllowCloudTrailEncrypt"
          Effect    = "Allow"
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = "kms:GenerateDataKey*"
          Resource  = "*"
          Condition = {
            StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/acme-cloudtrail" }
            StringLike   = { "kms:EncryptionContext:aws:cloudtrail:arn" = "arn:aws:cloudtrail:*:123456789012:trail/*" }
          }
        },
        {
          Sid       = "AllowCloudTrailDescribeAndDecrypt"
          Effect    = "Allow"
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = ["kms:DescribeKey", "kms:Decrypt"]
          Resource  = "*"
          Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/acme-cloudtrail" } }
        },
      ]
    })
    error_message = "The key policy lets this trail use the key."
  }
}

run "key_given" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:eu-central-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  assert {
    condition     = length(aws_kms_key.this) + length(aws_kms_alias.this) == 0
    error_message = "No key is made beside the given one."
  }

  assert {
    condition     = aws_cloudtrail.this.kms_key_id == "arn:aws:kms:eu-central-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab" && output.kms_key_arn == aws_cloudtrail.this.kms_key_id
    error_message = "The trail uses the given key."
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == aws_cloudtrail.this.kms_key_id && rule.bucket_key_enabled])
    error_message = "The bucket uses the given key."
  }
}

run "cold_storage_without_a_warm_class_before_it" {
  command = plan

  variables {
    bucket = { transitions = { GLACIER = 10 } }
  }

  assert {
    condition     = one([for t in aws_s3_bucket_lifecycle_configuration.this.rule[0].transition : t.days]) == 10
    error_message = "GLACIER comes after 10 days, since nothing comes before it."
  }
}

run "transitions" {
  command = plan

  variables {
    bucket = { retention_days = 2557, noncurrent_retention_days = 1, transitions = { STANDARD_IA = 30, INTELLIGENT_TIERING = 31, GLACIER_IR = 59, GLACIER = 60, DEEP_ARCHIVE = 2556 } }
  }

  assert {
    condition     = jsonencode({ for t in aws_s3_bucket_lifecycle_configuration.this.rule[0].transition : t.storage_class => t.days }) == jsonencode({ STANDARD_IA = 30, INTELLIGENT_TIERING = 31, GLACIER_IR = 59, GLACIER = 60, DEEP_ARCHIVE = 2556 })
    error_message = "Each storage class comes at its age."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 2557 && aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 1
    error_message = "Log files and versions expire as written."
  }
}

run "kept_for_ever" {
  command = plan

  variables {
    bucket = { retention_days = 0, transitions = { GLACIER_IR = 0, DEEP_ARCHIVE = 5000 } }
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration) == 0 && length(aws_s3_bucket_lifecycle_configuration.this.rule[0].transition) == 2
    error_message = "Nothing expires."
  }
}

run "object_lock" {
  command = plan

  variables {
    bucket = { object_lock = { mode = "COMPLIANCE", days = 90 } }
  }

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].mode == "COMPLIANCE" && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].days == 90
    error_message = "Log files are locked for 90 days."
  }
}

run "object_lock_by_default" {
  command = plan

  variables {
    bucket = { object_lock = {} }
  }

  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].mode == "GOVERNANCE" && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].days == 365
    error_message = "An empty object lock locks for a year, in the mode that an administrator can lift."
  }
}

run "access_log" {
  command = plan

  variables {
    bucket = { access_log = { bucket = "acme-access-logs" } }
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == "acme-access-logs" && aws_s3_bucket_logging.this[0].target_prefix == "cloudtrail-bucket/"
    error_message = "Access logs go to the other bucket."
  }
}

run "all_data_events" {
  command = plan

  variables {
    data_events = { s3 = {}, lambda = {} }
  }

  assert {
    condition = jsonencode([for s in aws_cloudtrail.this.advanced_event_selector : sort([for f in s.field_selector : join(" ", concat([f.field], f.equals, [for v in f.not_starts_with : "not ${v}"], [for v in f.starts_with : "from ${v}"]))])]) == jsonencode([
      ["eventCategory Management"],
      ["eventCategory Data", "resources.ARN not arn:aws:s3:::acme-cloudtrail-123456789012-eu-central-1/", "resources.type AWS::S3::Object"],
      ["eventCategory Data", "resources.type AWS::Lambda::Function"],
    ])
    error_message = "All objects but the trail's own and all functions are recorded, and management events still are."
  }
}

run "some_data_events" {
  command = plan

  variables {
    data_events = {
      s3     = { buckets = ["acme-data", "acme-web"], access = "write" }
      lambda = { function_arns = ["arn:aws:lambda:eu-central-1:123456789012:function:pay"] }
    }
  }

  assert {
    condition = jsonencode([for s in aws_cloudtrail.this.advanced_event_selector : sort([for f in s.field_selector : join(" ", concat([f.field], f.equals, [for v in f.not_starts_with : "not ${v}"], [for v in f.starts_with : "from ${v}"]))])]) == jsonencode([
      ["eventCategory Management"],
      ["eventCategory Data", "readOnly false", "resources.ARN from arn:aws:s3:::acme-data/ from arn:aws:s3:::acme-web/", "resources.type AWS::S3::Object"],
      ["eventCategory Data", "resources.ARN arn:aws:lambda:eu-central-1:123456789012:function:pay", "resources.type AWS::Lambda::Function"],
    ])
    error_message = "Only writes to the named buckets and the named function are recorded."
  }
}

run "read_events_only" {
  command = plan

  variables {
    data_events = { s3 = { access = "read" } }
  }

  assert {
    condition     = length(aws_cloudtrail.this.advanced_event_selector) == 2 && contains([for f in aws_cloudtrail.this.advanced_event_selector[1].field_selector : join(" ", concat([f.field], f.equals))], "readOnly true")
    error_message = "Only reads are recorded, and no function."
  }
}

run "lambda_only" {
  command = plan

  variables {
    data_events = { lambda = {} }
  }

  assert {
    condition     = jsonencode([for s in aws_cloudtrail.this.advanced_event_selector : s.name]) == jsonencode(["Management events", "Lambda invocations"])
    error_message = "Functions are recorded without objects."
  }
}

run "insights" {
  command = plan

  variables {
    insights = ["ApiCallRateInsight", "ApiErrorRateInsight"]
  }

  assert {
    condition     = jsonencode(sort([for s in aws_cloudtrail.this.insight_selector : s.insight_type])) == jsonencode(["ApiCallRateInsight", "ApiErrorRateInsight"])
    error_message = "Both kinds of insight are on."
  }
}
