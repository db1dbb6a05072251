# CUR 2.0 and what reads it. The real provider with made-up credentials: planning calls nothing.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "us-east-1"
  name_prefix = "acme"
}

run "beside_the_legacy_report" {
  command = plan

  variables {
    data_export = {}
    athena      = {}
  }

  assert {
    condition     = one(aws_bcmdataexports_export.this[0].export).name == "acme-cur-2" && length(aws_cur_report_definition.this) == 1
    error_message = "Both reports are delivered."
  }

  assert {
    condition = one(one(aws_bcmdataexports_export.this[0].export).data_query).table_configurations.COST_AND_USAGE_REPORT == tomap({
      BILLING_VIEW_ARN                      = "arn:aws:billing::123456789012:billingview/primary"
      TIME_GRANULARITY                      = "HOURLY"
      INCLUDE_RESOURCES                     = "TRUE"
      INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY = "FALSE"
      INCLUDE_SPLIT_COST_ALLOCATION_DATA    = "FALSE"
    })
    error_message = "Every key of the table's configuration is written."
  }

  assert {
    condition     = one(one(aws_bcmdataexports_export.this[0].export).data_query).query_statement == "SELECT ${join(", ", [for column in one(aws_glue_catalog_table.this[0].storage_descriptor).columns : column.name])} FROM COST_AND_USAGE_REPORT" && strcontains(one(one(aws_bcmdataexports_export.this[0].export).data_query).query_statement, "line_item_resource_id") && !strcontains(one(one(aws_bcmdataexports_export.this[0].export).data_query).query_statement, "split_line_item")
    error_message = "The table has the columns that the export selects."
  }

  assert {
    condition     = one(one(one(one(aws_bcmdataexports_export.this[0].export).destination_configurations).s3_destination).s3_output_configurations).format == "PARQUET" && one(one(one(one(aws_bcmdataexports_export.this[0].export).destination_configurations).s3_destination).s3_output_configurations).compression == "PARQUET" && one(one(one(aws_bcmdataexports_export.this[0].export).destination_configurations).s3_destination).s3_bucket == "acme-cur-123456789012-us-east-1"
    error_message = "Parquet goes to the bucket of the module."
  }

  assert {
    condition     = [for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : statement.Resource if statement.Sid == "AllowExportsToDeliver"] == ["arn:aws:s3:::acme-cur-123456789012-us-east-1/cur-2/*"]
    error_message = "Data Exports writes to its folder alone."
  }

  assert {
    condition     = aws_glue_catalog_table.this[0].parameters["storage.location.template"] == "s3://acme-cur-123456789012-us-east-1/cur-2/acme-cur-2/data/BILLING_PERIOD=$${billing_period}/"
    error_message = "The table reads where the export writes."
  }

  assert {
    condition     = join(",", sort(keys(aws_athena_named_query.this))) == "cost_by_account,cost_by_region,cost_by_service" && alltrue([for query in aws_athena_named_query.this : strcontains(query.query, "FROM \"acme_cur\".\"cur_2\"")]) && one(aws_athena_workgroup.this[0].configuration).bytes_scanned_cutoff_per_query == 10737418240
    error_message = "The queries read the table, within the limit."
  }

  assert {
    condition     = output.export_s3_uri == "s3://acme-cur-123456789012-us-east-1/cur-2/acme-cur-2/data/" && output.s3_uri == "s3://acme-cur-123456789012-us-east-1/cur/acme-cur/" && output.workgroup == "acme-cur"
    error_message = "The outputs lead to both."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this.rule : rule.id] == ["old-versions", "query-results"]
    error_message = "Results of queries expire."
  }
}

run "alone" {
  command = plan

  variables {
    legacy_report = false
    data_export   = { name = "costs", prefix = "billing/exports", time_granularity = "DAILY", format = "TEXT_OR_CSV", include_resources = false, include_split_cost_allocation_data = true, include_manual_discount_compatibility = true }
  }

  assert {
    condition     = length(aws_cur_report_definition.this) == 0 && length(aws_glue_catalog_table.this) + length(aws_athena_workgroup.this) + length(aws_athena_named_query.this) == 0
    error_message = "There is CUR 2.0 alone, and nothing reads it."
  }

  assert {
    condition     = !strcontains(one(one(aws_bcmdataexports_export.this[0].export).data_query).query_statement, "line_item_resource_id") && strcontains(one(one(aws_bcmdataexports_export.this[0].export).data_query).query_statement, "split_line_item_split_cost") && one(one(aws_bcmdataexports_export.this[0].export).data_query).table_configurations.COST_AND_USAGE_REPORT.INCLUDE_RESOURCES == "FALSE" && one(one(aws_bcmdataexports_export.this[0].export).data_query).table_configurations.COST_AND_USAGE_REPORT.INCLUDE_SPLIT_COST_ALLOCATION_DATA == "TRUE" && one(one(aws_bcmdataexports_export.this[0].export).data_query).table_configurations.COST_AND_USAGE_REPORT.INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY == "TRUE"
    error_message = "Columns follow what is included."
  }

  assert {
    condition     = one(one(one(one(aws_bcmdataexports_export.this[0].export).destination_configurations).s3_destination).s3_output_configurations).compression == "GZIP" && one(one(aws_bcmdataexports_export.this[0].export).data_query).table_configurations.COST_AND_USAGE_REPORT.TIME_GRANULARITY == "DAILY"
    error_message = "Text is compressed by gzip."
  }

  assert {
    condition     = !anytrue([for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : startswith(statement.Sid, "AllowReports")])
    error_message = "What no report needs is not allowed."
  }

  assert {
    condition     = output.report_name == null && output.report_arn == null && output.s3_uri == "s3://acme-cur-123456789012-us-east-1/billing/exports/costs/data/" && output.workgroup == null
    error_message = "The outputs lead to CUR 2.0."
  }
}
