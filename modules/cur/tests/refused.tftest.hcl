# Each run breaks one validation, and no other.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "us-east-1"
  name_prefix = "acme"
}

run "account_id_of_eleven_digits" {
  command = plan

  variables {
    account_id = "12345678901"
  }

  expect_failures = [var.account_id]
}

run "govcloud" {
  command = plan

  variables {
    partition = "aws-us-gov"
    region    = "us-gov-west-1"
  }

  expect_failures = [var.partition]
}

run "european_sovereign_cloud" {
  command = plan

  variables {
    partition = "aws-eusc"
    region    = "eusc-de-east-1"
  }

  expect_failures = [var.partition]
}

run "home_region_instead_of_billing_region" {
  command = plan

  variables {
    region = "eu-central-1"
  }

  expect_failures = [var.region]
}

run "billing_region_of_another_partition" {
  command = plan

  variables {
    partition = "aws-cn"
    region    = "us-east-1"
  }

  expect_failures = [var.region]
}

run "prefix_in_capitals" {
  command = plan

  variables {
    name_prefix = "Acme"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_starting_with_a_hyphen" {
  command = plan

  variables {
    name_prefix = "-acme"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_that_s3_reserves" {
  command = plan

  variables {
    name_prefix = "sthree"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_too_long" {
  command = plan

  variables {
    name_prefix = join("", [for i in range(37) : "a"])
  }

  expect_failures = [var.name_prefix]
}

run "report_name_with_spaces" {
  command = plan

  variables {
    report_name = "acme cur report!"
  }

  expect_failures = [var.report_name]
}

run "report_name_too_long" {
  command = plan

  variables {
    report_name = join("", [for i in range(257) : "a"])
  }

  expect_failures = [var.report_name]
}

run "folder_empty" {
  command = plan

  variables {
    prefix = ""
  }

  expect_failures = [var.prefix]
}

run "folder_with_a_space" {
  command = plan

  variables {
    prefix = "my cur"
  }

  expect_failures = [var.prefix]
}

run "folder_too_long" {
  command = plan

  variables {
    prefix = join("", [for i in range(257) : "a"])
  }

  expect_failures = [var.prefix]
}

run "time_unit_weekly" {
  command = plan

  variables {
    time_unit = "WEEKLY"
  }

  expect_failures = [var.time_unit]
}

run "format_in_wrong_case" {
  command = plan

  variables {
    format               = "parquet"
    compression          = "GZIP"
    additional_artifacts = []
  }

  expect_failures = [var.format]
}

run "compression_unknown" {
  command = plan

  variables {
    format               = "textORcsv"
    compression          = "BZIP2"
    additional_artifacts = []
  }

  expect_failures = [var.compression]
}

run "parquet_with_gzip" {
  command = plan

  variables {
    compression = "GZIP"
  }

  expect_failures = [var.compression]
}

run "csv_with_parquet" {
  command = plan

  variables {
    format               = "textORcsv"
    compression          = "Parquet"
    additional_artifacts = []
  }

  expect_failures = [var.compression]
}

run "artifact_unknown" {
  command = plan

  variables {
    format               = "textORcsv"
    compression          = "GZIP"
    additional_artifacts = ["SNOWFLAKE"]
  }

  expect_failures = [var.additional_artifacts]
}

run "artifact_twice" {
  command = plan

  variables {
    additional_artifacts = ["ATHENA", "ATHENA"]
  }

  expect_failures = [var.additional_artifacts]
}

run "athena_and_redshift" {
  command = plan

  variables {
    format               = "textORcsv"
    compression          = "GZIP"
    additional_artifacts = ["ATHENA", "REDSHIFT"]
  }

  expect_failures = [var.additional_artifacts]
}

run "athena_and_quicksight_as_parquet" {
  command = plan

  variables {
    additional_artifacts = ["QUICKSIGHT", "ATHENA"]
  }

  expect_failures = [var.additional_artifacts]
}

run "athena_with_csv" {
  command = plan

  variables {
    format               = "textORcsv"
    compression          = "GZIP"
    additional_artifacts = ["ATHENA"]
  }

  expect_failures = [var.additional_artifacts]
}

run "athena_with_new_reports" {
  command = plan

  variables {
    report_versioning = "CREATE_NEW_REPORT"
  }

  expect_failures = [var.additional_artifacts]
}

run "redshift_with_parquet" {
  command = plan

  variables {
    additional_artifacts = ["REDSHIFT"]
  }

  expect_failures = [var.additional_artifacts]
}

run "quicksight_with_parquet" {
  command = plan

  variables {
    additional_artifacts = ["QUICKSIGHT"]
  }

  expect_failures = [var.additional_artifacts]
}

run "schema_element_unknown" {
  command = plan

  variables {
    additional_schema_elements = ["TAGS"]
  }

  expect_failures = [var.additional_schema_elements]
}

run "schema_element_twice" {
  command = plan

  variables {
    additional_schema_elements = ["RESOURCES", "RESOURCES"]
  }

  expect_failures = [var.additional_schema_elements]
}

run "versioning_unknown" {
  command = plan

  variables {
    format               = "textORcsv"
    compression          = "GZIP"
    additional_artifacts = []
    report_versioning    = "APPEND"
  }

  expect_failures = [var.report_versioning]
}

run "bucket_name_in_capitals" {
  command = plan

  variables {
    bucket = { name = "Bad_Name" }
  }

  expect_failures = [var.bucket]
}

run "bucket_name_too_short" {
  command = plan

  variables {
    bucket = { name = "ab" }
  }

  expect_failures = [var.bucket]
}

run "bucket_name_of_an_ip_address" {
  command = plan

  variables {
    bucket = { name = "192.168.5.4" }
  }

  expect_failures = [var.bucket]
}

run "bucket_name_with_two_dots" {
  command = plan

  variables {
    bucket = { name = "aa..bb" }
  }

  expect_failures = [var.bucket]
}

run "bucket_name_punycode" {
  command = plan

  variables {
    bucket = { name = "xn--foo" }
  }

  expect_failures = [var.bucket]
}

run "bucket_name_of_an_alias" {
  command = plan

  variables {
    bucket = { name = "foo-s3alias" }
  }

  expect_failures = [var.bucket]
}

run "bucket_name_object_lambda" {
  command = plan

  variables {
    bucket = { name = "foo--ol-s3" }
  }

  expect_failures = [var.bucket]
}

run "retention_of_no_days" {
  command = plan

  variables {
    bucket = { retention_days = 0 }
  }

  expect_failures = [var.bucket]
}

run "retention_of_half_days" {
  command = plan

  variables {
    bucket = { retention_days = 1.5 }
  }

  expect_failures = [var.bucket]
}

run "noncurrent_of_no_days" {
  command = plan

  variables {
    bucket = { noncurrent_days = 0 }
  }

  expect_failures = [var.bucket]
}

run "noncurrent_of_half_days" {
  command = plan

  variables {
    bucket = { noncurrent_days = 1.5 }
  }

  expect_failures = [var.bucket]
}

run "neither_report" {
  command = plan

  variables {
    legacy_report = false
  }

  expect_failures = [var.data_export]
}

run "data_export_in_china" {
  command = plan

  variables {
    partition   = "aws-cn"
    region      = "cn-northwest-1"
    data_export = {}
  }

  expect_failures = [var.data_export]
}

run "data_export_name_with_dots" {
  command = plan

  variables {
    data_export = { name = "a.b" }
  }

  expect_failures = [var.data_export]
}

run "data_export_prefix_with_slash" {
  command = plan

  variables {
    data_export = { prefix = "cur-2/" }
  }

  expect_failures = [var.data_export]
}

run "data_export_prefix_of_the_legacy_report" {
  command = plan

  variables {
    data_export = { prefix = "cur" }
  }

  expect_failures = [var.data_export]
}

run "data_export_time_granularity" {
  command = plan

  variables {
    data_export = { time_granularity = "hourly" }
  }

  expect_failures = [var.data_export]
}

run "data_export_format" {
  command = plan

  variables {
    data_export = { format = "Parquet" }
  }

  expect_failures = [var.data_export]
}

run "athena_without_cur_2" {
  command = plan

  variables {
    athena = {}
  }

  expect_failures = [var.athena]
}

run "athena_with_text" {
  command = plan

  variables {
    data_export = { format = "TEXT_OR_CSV" }
    athena      = {}
  }

  expect_failures = [var.athena]
}

run "athena_bytes" {
  command = plan

  variables {
    data_export = {}
    athena      = { bytes_scanned_limit = 10485759 }
  }

  expect_failures = [var.athena]
}
