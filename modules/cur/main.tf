locals {
  report_name = var.report_name == null ? "${var.name_prefix}-cur" : var.report_name
  bucket_name = var.bucket.name == null ? "${var.name_prefix}-cur-${var.account_id}-${var.region}" : var.bucket.name
  # Written out, not taken from the bucket, so that a plan shows the policy in full.
  bucket_arn      = "arn:${var.partition}:s3:::${local.bucket_name}"
  definition_arns = "arn:${var.partition}:cur:${var.region}:${var.account_id}:definition/*"
  reports_expire  = var.bucket.retention_days != null

  # CUR 2.0 by Data Exports
  exports     = var.data_export != null
  export_name = coalesce(try(var.data_export.name, null), "${var.name_prefix}-cur-2")
  export_uri  = "s3://${local.bucket_name}/${try(var.data_export.prefix, "")}/${local.export_name}/data/"
  export_arn  = "arn:${var.partition}:bcm-data-exports:${var.region}:${var.account_id}:export/*"

  # Types as in https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html
  columns = merge(
    {
      bill_bill_type                           = "string"
      bill_billing_period_end_date             = "timestamp"
      bill_billing_period_start_date           = "timestamp"
      bill_payer_account_id                    = "string"
      identity_line_item_id                    = "string"
      line_item_availability_zone              = "string"
      line_item_currency_code                  = "string"
      line_item_line_item_description          = "string"
      line_item_line_item_type                 = "string"
      line_item_operation                      = "string"
      line_item_product_code                   = "string"
      line_item_unblended_cost                 = "double"
      line_item_usage_account_id               = "string"
      line_item_usage_amount                   = "double"
      line_item_usage_end_date                 = "timestamp"
      line_item_usage_start_date               = "timestamp"
      line_item_usage_type                     = "string"
      pricing_public_on_demand_cost            = "double"
      pricing_term                             = "string"
      pricing_unit                             = "string"
      product                                  = "map<string,string>"
      product_region_code                      = "string"
      product_servicecode                      = "string"
      reservation_effective_cost               = "double"
      reservation_reservation_a_r_n            = "string"
      resource_tags                            = "map<string,string>"
      savings_plan_savings_plan_a_r_n          = "string"
      savings_plan_savings_plan_effective_cost = "double"
    },
    { for name, type in { line_item_resource_id = "string" } : name => type if try(var.data_export.include_resources, false) },
    {
      for name, type in {
        split_line_item_parent_resource_id = "string"
        split_line_item_split_cost         = "double"
        split_line_item_split_usage        = "double"
        split_line_item_unused_cost        = "double"
      } : name => type if try(var.data_export.include_split_cost_allocation_data, false)
    },
  )

  # Queries over CUR 2.0
  queries_on = local.exports && var.athena != null
  workgroup  = "${var.name_prefix}-cur"
  database   = "${replace(var.name_prefix, "-", "_")}_cur"
  table      = "\"${local.database}\".\"cur_2\""
  month      = "billing_period = date_format(current_date, '%Y-%m')"

  queries = {
    cost_by_service = {
      description = "What each service costs this month."
      query       = <<-EOT
        SELECT line_item_product_code AS service, line_item_currency_code AS currency, round(sum(line_item_unblended_cost), 2) AS cost
        FROM ${local.table}
        WHERE ${local.month}
        GROUP BY 1, 2
        ORDER BY 3 DESC
      EOT
    }
    cost_by_account = {
      description = "What each account costs this month, by day."
      query       = <<-EOT
        SELECT line_item_usage_account_id AS account, date(line_item_usage_start_date) AS day, round(sum(line_item_unblended_cost), 2) AS cost
        FROM ${local.table}
        WHERE ${local.month}
        GROUP BY 1, 2
        ORDER BY 1, 2
      EOT
    }
    cost_by_region = {
      description = "What each region costs this month: one that nobody should use has no costs."
      query       = <<-EOT
        SELECT product_region_code AS region, round(sum(line_item_unblended_cost), 2) AS cost
        FROM ${local.table}
        WHERE ${local.month}
        GROUP BY 1
        ORDER BY 2 DESC
      EOT
    }
  }
}

resource "aws_cur_report_definition" "this" {
  count = var.legacy_report ? 1 : 0

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

resource "aws_bcmdataexports_export" "this" {
  count = local.exports ? 1 : 0

  export {
    name        = local.export_name
    description = "Costs and usage of account ${var.account_id}."

    data_query {
      query_statement = "SELECT ${join(", ", keys(local.columns))} FROM COST_AND_USAGE_REPORT"

      # Every key: AWS answers with all of them, and the provider would replace the export for those that are not written.
      # https://github.com/hashicorp/terraform-provider-aws/issues/42761
      table_configurations = {
        COST_AND_USAGE_REPORT = {
          BILLING_VIEW_ARN                      = "arn:${var.partition}:billing::${var.account_id}:billingview/primary"
          TIME_GRANULARITY                      = var.data_export.time_granularity
          INCLUDE_RESOURCES                     = var.data_export.include_resources ? "TRUE" : "FALSE"
          INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY = var.data_export.include_manual_discount_compatibility ? "TRUE" : "FALSE"
          INCLUDE_SPLIT_COST_ALLOCATION_DATA    = var.data_export.include_split_cost_allocation_data ? "TRUE" : "FALSE"
        }
      }
    }

    destination_configurations {
      s3_destination {
        s3_bucket = aws_s3_bucket.this.bucket
        s3_prefix = var.data_export.prefix
        s3_region = var.region

        s3_output_configurations {
          overwrite   = "OVERWRITE_REPORT"
          format      = var.data_export.format
          compression = var.data_export.format == "PARQUET" ? "PARQUET" : "GZIP"
          output_type = "CUSTOM"
        }
      }
    }

    refresh_cadence {
      frequency = "SYNCHRONOUS"
    }
  }

  # AWS looks at the policy when the export is made.
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

  dynamic "rule" {
    for_each = local.queries_on ? [1] : []

    content {
      id     = "query-results"
      status = "Enabled"

      filter {
        prefix = "athena/"
      }

      expiration {
        days = 30
      }
    }
  }

  # Versions that are not current exist only in a versioned bucket.
  depends_on = [aws_s3_bucket_versioning.this]
}

data "aws_iam_policy_document" "bucket" {
  # AWS checks before each delivery who owns the bucket:
  # https://docs.aws.amazon.com/cur/latest/userguide/cur-s3.html
  dynamic "statement" {
    for_each = var.legacy_report ? [1] : []

    content {
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
  }

  # https://docs.aws.amazon.com/cur/latest/userguide/cur-s3.html
  dynamic "statement" {
    for_each = var.legacy_report ? [1] : []

    content {
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
  }

  # https://docs.aws.amazon.com/cur/latest/userguide/dataexports-s3-bucket.html
  dynamic "statement" {
    for_each = local.exports ? [1] : []

    content {
      sid       = "AllowExportsToCheckBucket"
      effect    = "Allow"
      actions   = ["s3:GetBucketPolicy"]
      resources = [local.bucket_arn]

      principals {
        type        = "Service"
        identifiers = ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [var.account_id]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = [local.export_arn, local.definition_arns]
      }
    }
  }

  dynamic "statement" {
    for_each = local.exports ? [1] : []

    content {
      sid       = "AllowExportsToDeliver"
      effect    = "Allow"
      actions   = ["s3:PutObject"]
      resources = ["${local.bucket_arn}/${var.data_export.prefix}/*"]

      principals {
        type        = "Service"
        identifiers = ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [var.account_id]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = [local.export_arn, local.definition_arns]
      }
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

# Queries over CUR 2.0

resource "aws_glue_catalog_database" "this" {
  count = local.queries_on ? 1 : 0

  name        = local.database
  description = "Costs and usage of account ${var.account_id}."
}

resource "aws_glue_catalog_table" "this" {
  count = local.queries_on ? 1 : 0

  name          = "cur_2"
  database_name = aws_glue_catalog_database.this[0].name
  description   = "CUR 2.0, one row for each line item."
  table_type    = "EXTERNAL_TABLE"

  # Months need not be added one by one: https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
  parameters = {
    EXTERNAL                                  = "TRUE"
    "projection.enabled"                      = "true"
    "projection.billing_period.type"          = "date"
    "projection.billing_period.format"        = "yyyy-MM"
    "projection.billing_period.range"         = "2024-01,NOW"
    "projection.billing_period.interval"      = "1"
    "projection.billing_period.interval.unit" = "MONTHS"
    "storage.location.template"               = "${local.export_uri}BILLING_PERIOD=$${billing_period}/"
  }

  partition_keys {
    name = "billing_period"
    type = "string"
  }

  storage_descriptor {
    location      = local.export_uri
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = local.columns

      content {
        name = columns.key
        type = columns.value
      }
    }
  }
}

resource "aws_athena_workgroup" "this" {
  count = local.queries_on ? 1 : 0

  name          = local.workgroup
  description   = "Queries over costs and usage."
  force_destroy = true # of its history of queries; the results are in the bucket

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = false
    bytes_scanned_cutoff_per_query     = var.athena.bytes_scanned_limit

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
  for_each = { for name, query in local.queries : name => query if local.queries_on }

  name        = each.key
  description = each.value.description
  workgroup   = aws_athena_workgroup.this[0].id
  database    = aws_glue_catalog_database.this[0].name
  query       = each.value.query
}
