locals {
  name        = coalesce(var.name, "${var.name_prefix}-credential-report")
  bucket_name = coalesce(var.bucket.name, "${var.name_prefix}-credentials-${var.account_id}-${var.region}")
  # Written out, not taken from the resources, so that a plan shows the policies in full.
  bucket_arn        = "arn:${var.partition}:s3:::${local.bucket_name}"
  state_machine_arn = "arn:${var.partition}:states:${var.region}:${var.account_id}:stateMachine:${local.name}"
  group_arn         = "arn:${var.partition}:scheduler:${var.region}:${var.account_id}:schedule-group/${local.name}"
  sdk               = "arn:${var.partition}:states:::aws-sdk"
  reports_expire    = var.bucket.retention_days != null

  # Names in Athena have no hyphens.
  database = replace(local.name, "-", "_")

  # One row for each user of the newest report. Columns go by the header's names, so that new ones change nothing.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
  rows = <<-EOT
    WITH newest AS (
      SELECT split(rtrim(replace(content, chr(13), '')), chr(10)) AS lines
      FROM "${local.database}"."reports"
      ORDER BY generated_time DESC
      LIMIT 1
    ), credentials AS (
      SELECT map(split(lines[1], ','), split(line, ',')) AS c
      FROM newest CROSS JOIN UNNEST(slice(lines, 2, cardinality(lines) - 1)) AS t(line)
    )
  EOT

  queries = {
    stale_keys = {
      description = "Active access keys that are older than ${var.thresholds.key_age_days} days, or were not used for ${var.thresholds.unused_days} days."
      query       = <<-EOT
        SELECT c['user'] AS user, key, rotated, last_used
        FROM credentials CROSS JOIN UNNEST(
          ARRAY['1', '2'],
          ARRAY[c['access_key_1_active'], c['access_key_2_active']],
          ARRAY[c['access_key_1_last_rotated'], c['access_key_2_last_rotated']],
          ARRAY[c['access_key_1_last_used_date'], c['access_key_2_last_used_date']]
        ) AS k(key, active, rotated, last_used)
        WHERE active = 'true' AND (
          date_diff('day', try(from_iso8601_timestamp(rotated)), now()) > ${var.thresholds.key_age_days}
          OR date_diff('day', coalesce(try(from_iso8601_timestamp(last_used)), try(from_iso8601_timestamp(rotated))), now()) > ${var.thresholds.unused_days}
        )
        ORDER BY 1, 2
      EOT
    }
    missing_mfa = {
      description = "Who has a password and no MFA, root among them."
      query       = <<-EOT
        SELECT c['user'] AS user, c['password_last_used'] AS password_last_used
        FROM credentials
        WHERE c['mfa_active'] = 'false' AND (c['password_enabled'] = 'true' OR c['user'] = '<root_account>')
        ORDER BY 1
      EOT
    }
    old_passwords = {
      description = "Passwords that are older than ${var.thresholds.password_age_days} days, or were not used for ${var.thresholds.unused_days} days."
      query       = <<-EOT
        SELECT c['user'] AS user, c['password_last_changed'] AS password_last_changed, c['password_last_used'] AS password_last_used
        FROM credentials
        WHERE c['password_enabled'] = 'true' AND (
          date_diff('day', try(from_iso8601_timestamp(c['password_last_changed'])), now()) > ${var.thresholds.password_age_days}
          OR date_diff('day', coalesce(try(from_iso8601_timestamp(c['password_last_used'])), try(from_iso8601_timestamp(c['password_last_changed']))), now()) > ${var.thresholds.unused_days}
        )
        ORDER BY 1
      EOT
    }
    root = {
      description = "What the root user has and when it was used."
      query       = <<-EOT
        SELECT c['mfa_active'] AS mfa_active, c['access_key_1_active'] AS access_key_1_active, c['access_key_2_active'] AS access_key_2_active, c['password_last_used'] AS password_last_used
        FROM credentials
        WHERE c['user'] = '<root_account>'
      EOT
    }
  }
}

# The bucket

resource "aws_s3_bucket" "this" {
  bucket = local.bucket_name

  lifecycle {
    # plinth:prevent_destroy var.bucket.prevent_destroy
  }
}

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

  rule {
    id     = "query-results"
    status = "Enabled"

    filter {
      prefix = "athena/"
    }

    expiration {
      days = 30
    }
  }

  dynamic "rule" {
    for_each = local.reports_expire ? [1] : []

    content {
      id     = "old-reports"
      status = "Enabled"

      filter {
        prefix = "reports/"
      }

      expiration {
        days = var.bucket.retention_days
      }
    }
  }

  # Versions that are not current exist only in a versioned bucket.
  depends_on = [aws_s3_bucket_versioning.this]
}

data "aws_iam_policy_document" "bucket" {
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

# The collection

# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
data "aws_iam_policy_document" "collect_trust" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.state_machine_arn]
    }
  }
}

data "aws_iam_policy_document" "collect" {
  # These two have no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
  statement {
    sid       = "AllowReport"
    effect    = "Allow"
    actions   = ["iam:GenerateCredentialReport", "iam:GetCredentialReport"]
    resources = ["*"]
  }

  statement {
    sid       = "AllowStoring"
    effect    = "Allow"
    actions   = ["s3:PutObject"]
    resources = ["${local.bucket_arn}/reports/*"]
  }
}

resource "aws_iam_role" "collect" {
  name               = "${local.name}-collect"
  description        = "Lets the state machine ask for the credential report and store it."
  assume_role_policy = data.aws_iam_policy_document.collect_trust.json
}

resource "aws_iam_role_policy" "collect" {
  name   = "collect"
  role   = aws_iam_role.collect.name
  policy = data.aws_iam_policy_document.collect.json
}

# No logging: execution data holds the report.
resource "aws_sfn_state_machine" "this" {
  name     = local.name
  role_arn = aws_iam_role.collect.arn

  definition = jsonencode({
    Comment        = "Asks IAM for its credential report and stores it."
    QueryLanguage  = "JSONata"
    StartAt        = "Generate"
    TimeoutSeconds = 3600
    States = {
      # IAM makes a new report at most every four hours, and gives the last one until then.
      Generate = {
        Type     = "Task"
        Resource = "${local.sdk}:iam:generateCredentialReport"
        Retry    = [{ ErrorEquals = ["States.ALL"], IntervalSeconds = 30, BackoffRate = 2, MaxAttempts = 5 }]
        Next     = "Wait"
      }
      Wait = {
        Type    = "Wait"
        Seconds = 30
        Next    = "Get"
      }
      Get = {
        Type     = "Task"
        Resource = "${local.sdk}:iam:getCredentialReport"
        Retry    = [{ ErrorEquals = ["Iam.CredentialReportNotReadyException"], IntervalSeconds = 30, BackoffRate = 1.5, MaxAttempts = 8 }]
        Catch    = [{ ErrorEquals = ["Iam.CredentialReportNotPresentException", "Iam.CredentialReportExpiredException"], Next = "Generate" }]
        # Whether Content comes decoded isn't documented.
        Output = {
          generated_time = "{% $string($states.result.GeneratedTime) %}"
          content        = "{% $contains($states.result.Content, 'user,arn,') ? $states.result.Content : $base64decode($states.result.Content) %}"
        }
        Next = "Put"
      }
      # An object, not the text: putObject stores a text in quotes, with escapes.
      Put = {
        Type     = "Task"
        Resource = "${local.sdk}:s3:putObject"
        Arguments = {
          # The id is known only after the bucket is there: a plan that knows all of the definition asks AWS about it.
          Bucket      = aws_s3_bucket.this.id
          Key         = "{% 'reports/dt=' & $substring($states.context.Execution.StartTime, 0, 10) & '/' & $states.context.Execution.Name & '.json' %}"
          ContentType = "application/json"
          Body = {
            account        = var.account_id
            generated_time = "{% $states.input.generated_time %}"
            content        = "{% $states.input.content %}"
          }
        }
        Retry = [{ ErrorEquals = ["States.ALL"], IntervalSeconds = 30, BackoffRate = 2, MaxAttempts = 5 }]
        End   = true
      }
    }
  })

  depends_on = [aws_iam_role_policy.collect]
}

# A group of its own, since its name is what the metrics of the schedule go by.
resource "aws_scheduler_schedule_group" "this" {
  name = local.name
}

# https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
data "aws_iam_policy_document" "start_trust" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.group_arn]
    }
  }
}

data "aws_iam_policy_document" "start" {
  statement {
    effect    = "Allow"
    actions   = ["states:StartExecution"]
    resources = [local.state_machine_arn]
  }
}

resource "aws_iam_role" "start" {
  name               = "${local.name}-start"
  description        = "Lets the schedule start the collection of the credential report."
  assume_role_policy = data.aws_iam_policy_document.start_trust.json
}

resource "aws_iam_role_policy" "start" {
  name   = "start"
  role   = aws_iam_role.start.name
  policy = data.aws_iam_policy_document.start.json
}

resource "aws_scheduler_schedule" "this" {
  name                         = local.name
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = "Collects the credential report of account ${var.account_id}."
  schedule_expression          = var.schedule.expression
  schedule_expression_timezone = var.schedule.timezone

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 60
  }

  target {
    arn      = aws_sfn_state_machine.this.arn
    role_arn = aws_iam_role.start.arn

    retry_policy {
      maximum_event_age_in_seconds = 21600
      maximum_retry_attempts       = 5
    }
  }

  depends_on = [aws_iam_role_policy.start]
}

# A collection that fails, and one that never starts

# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
resource "aws_cloudwatch_metric_alarm" "unsuccessful" {
  for_each = {
    failed    = { metric = "ExecutionsFailed" }
    timed_out = { metric = "ExecutionsTimedOut" }
    aborted   = { metric = "ExecutionsAborted" }
  }

  alarm_name        = "${local.name}-${replace(each.key, "_", "-")}"
  alarm_description = "The credential report of account ${var.account_id} was not collected: look at the executions of state machine ${local.name}."

  namespace           = "AWS/States"
  metric_name         = each.value.metric
  dimensions          = { StateMachineArn = local.state_machine_arn }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
}

# https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
resource "aws_cloudwatch_metric_alarm" "not_started" {
  alarm_name        = "${local.name}-not-started"
  alarm_description = "The collection of the credential report of account ${var.account_id} could not be started: look at role ${local.name}-start."

  namespace           = "AWS/Scheduler"
  metric_name         = "InvocationDroppedCount"
  dimensions          = { ScheduleGroup = local.name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
}

# The queries

resource "aws_glue_catalog_database" "this" {
  name        = local.database
  description = "Credential reports of account ${var.account_id}."
}

resource "aws_glue_catalog_table" "reports" {
  name          = "reports"
  database_name = aws_glue_catalog_database.this.name
  description   = "One row for each report, content as IAM writes it: CSV with a header."
  table_type    = "EXTERNAL_TABLE"

  # Days need not be added one by one: https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
  parameters = {
    EXTERNAL                    = "TRUE"
    "projection.enabled"        = "true"
    "projection.dt.type"        = "date"
    "projection.dt.format"      = "yyyy-MM-dd"
    "projection.dt.range"       = "2024-01-01,NOW"
    "storage.location.template" = "s3://${local.bucket_name}/reports/dt=$${dt}/"
  }

  partition_keys {
    name = "dt"
    type = "string"
  }

  storage_descriptor {
    location      = "s3://${local.bucket_name}/reports/"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    # https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
    }

    columns {
      name = "account"
      type = "string"
    }

    columns {
      name = "generated_time"
      type = "string"
    }

    columns {
      name = "content"
      type = "string"
    }
  }
}

resource "aws_athena_workgroup" "this" {
  name          = local.name
  description   = "Queries over credential reports."
  force_destroy = true # of its history of queries; the results are in the bucket

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = false
    bytes_scanned_cutoff_per_query     = var.bytes_scanned_limit

    result_configuration {
      output_location       = "s3://${local.bucket_name}/athena/"
      expected_bucket_owner = var.account_id

      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}

resource "aws_athena_named_query" "this" {
  for_each = local.queries

  name        = each.key
  description = each.value.description
  workgroup   = aws_athena_workgroup.this.id
  database    = aws_glue_catalog_database.this.name
  query       = "${local.rows}${each.value.query}"
}
