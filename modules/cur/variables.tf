variable "account_id" {
  type        = string
  nullable    = false
  description = "The AWS account whose costs are reported and which owns the bucket, 12 digits."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Write the account id as 12 digits, in quotes."
  }
}

variable "partition" {
  type        = string
  nullable    = false
  description = "The AWS partition of the account, aws or aws-cn; no other has Cost and Usage Reports."

  # The endpoint list of AWS's own SDKs (endpoints.json of botocore, service cur) has
  # us-east-1 in aws and cn-northwest-1 in aws-cn, and nothing elsewhere.
  validation {
    condition     = var.partition != "aws-us-gov"
    error_message = "Write cur: false, as AWS GovCloud (US) has no Cost and Usage Report service. Make the report in the paired commercial account, which gets the bill."
  }

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "Write cur: false, as only the partitions aws and aws-cn have the Cost and Usage Report service."
  }
}

variable "region" {
  type        = string
  nullable    = false
  description = "The billing region of the partition, us-east-1 or cn-northwest-1. Report and bucket are there wherever the account's home is, and the provider passed to the module must be that region's."

  validation {
    condition     = contains(["aws:us-east-1", "aws-cn:cn-northwest-1"], "${var.partition}:${var.region}") || !contains(["aws", "aws-cn"], var.partition)
    error_message = "Write us-east-1, or cn-northwest-1 in partition aws-cn: nowhere else has an endpoint for Cost and Usage Reports."
  }
}

variable "name_prefix" {
  type        = string
  nullable    = false
  description = "The first part of the default names: bucket \"<name_prefix>-cur-<account_id>-<region>\" and report \"<name_prefix>-cur\"."

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", var.name_prefix)) && !can(regex("^(xn--|sthree-|amzn-s3-demo-)", "${var.name_prefix}-"))
    error_message = "Write lowercase letters, digits and hyphens, with a letter or digit at both ends, and not xn--, sthree- or amzn-s3-demo- at the start: bucket names begin with it."
  }

  validation {
    condition     = var.bucket.name != null || length("${var.name_prefix}-cur-${var.account_id}-${var.region}") <= 63
    error_message = "Write a shorter prefix: the bucket \"<prefix>-cur-<account id>-<region>\" may have 63 characters at most."
  }
}

variable "legacy_report" {
  type        = bool
  nullable    = false
  default     = true
  description = "Whether there is a legacy Cost and Usage Report, which report_name to refresh_closed_reports describe. AWS recommends CUR 2.0 (data_export) to those who begin."
}

variable "report_name" {
  type        = string
  default     = null
  description = "The name of the report; \"<name_prefix>-cur\" when left out. Changing it replaces the report."

  # https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_cur_ReportDefinition.html
  # The provider looks for one such character anywhere, so it takes spaces, too.
  validation {
    condition     = var.report_name == null || can(regex("^[0-9A-Za-z!_.*'()-]{1,256}$", var.report_name))
    error_message = "Write 1 to 256 letters, digits or any of ! - _ . * ' ( ), and no spaces."
  }
}

variable "prefix" {
  type        = string
  nullable    = false
  default     = "cur"
  description = "The folder of the bucket in which AWS puts the report's own folder. It can't be empty: Athena needs it, and the AWS provider requires it from 6.0 on."

  validation {
    condition     = length(var.prefix) > 0
    error_message = "Write a folder, such as cur: a report for Athena must have one."
  }

  # https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_cur_ReportDefinition.html
  validation {
    condition     = can(regex("^[0-9A-Za-z!_.*'()/-]{0,256}$", var.prefix))
    error_message = "Write at most 256 letters, digits or any of ! - _ . * ' ( ) /, and no spaces."
  }
}

variable "time_unit" {
  type        = string
  nullable    = false
  default     = "HOURLY"
  description = "The time that one line of the report covers, HOURLY, DAILY or MONTHLY. Changing it replaces the report, and finer lines can't be had afterwards, hence the default."

  validation {
    condition     = contains(["HOURLY", "DAILY", "MONTHLY"], var.time_unit)
    error_message = "Write HOURLY, DAILY or MONTHLY."
  }
}

variable "format" {
  type        = string
  nullable    = false
  default     = "Parquet"
  description = "The file format of the report, Parquet or textORcsv."

  validation {
    condition     = contains(["Parquet", "textORcsv"], var.format)
    error_message = "Write Parquet or textORcsv, with exactly these capitals."
  }
}

variable "compression" {
  type        = string
  nullable    = false
  default     = "Parquet"
  description = "The compression of the report: Parquet with format Parquet, GZIP or ZIP with format textORcsv."

  validation {
    condition     = contains(["Parquet", "GZIP", "ZIP"], var.compression)
    error_message = "Write Parquet, GZIP or ZIP, with exactly these capitals."
  }

  # AWS answers this and the other wrong combinations with an empty ValidationException;
  # the rules are those that the provider (aws_cur_report_definition) applies, at apply only.
  validation {
    condition     = (var.compression == "Parquet") == (var.format == "Parquet")
    error_message = "Write compression: Parquet with format: Parquet, and GZIP or ZIP with format: textORcsv."
  }
}

variable "additional_artifacts" {
  type        = list(string)
  nullable    = false
  default     = ["ATHENA"]
  description = "The services that AWS prepares the report for: [ATHENA] alone, or REDSHIFT and QUICKSIGHT, or none."

  validation {
    condition     = alltrue([for artifact in var.additional_artifacts : contains(["ATHENA", "REDSHIFT", "QUICKSIGHT"], artifact)])
    error_message = "Write only ATHENA, REDSHIFT and QUICKSIGHT."
  }

  validation {
    condition     = length(distinct(var.additional_artifacts)) == length(var.additional_artifacts)
    error_message = "Write each of them once."
  }

  validation {
    condition     = !contains(var.additional_artifacts, "ATHENA") || length(distinct(var.additional_artifacts)) == 1
    error_message = "Write ATHENA alone: AWS makes no report for Athena together with another service."
  }

  # Together with another service only the rule above speaks, not this one and the last one, too.
  validation {
    condition     = !contains(var.additional_artifacts, "ATHENA") || length(distinct(var.additional_artifacts)) > 1 || var.format == "Parquet"
    error_message = "Write format: Parquet and compression: Parquet, or leave ATHENA out: AWS prepares only Parquet for Athena."
  }

  validation {
    condition     = !contains(var.additional_artifacts, "ATHENA") || var.report_versioning == "OVERWRITE_REPORT"
    error_message = "Write report_versioning: OVERWRITE_REPORT, or leave ATHENA out: Athena would count each version of the report."
  }

  validation {
    condition     = !(contains(var.additional_artifacts, "REDSHIFT") || contains(var.additional_artifacts, "QUICKSIGHT")) || contains(var.additional_artifacts, "ATHENA") || var.format != "Parquet"
    error_message = "Write format: textORcsv and compression: GZIP, or leave REDSHIFT and QUICKSIGHT out: AWS prepares no Parquet for them."
  }
}

variable "additional_schema_elements" {
  type        = list(string)
  nullable    = false
  default     = ["RESOURCES"]
  description = "What the report has beyond the usual columns: RESOURCES (ids of resources), SPLIT_COST_ALLOCATION_DATA (costs of containers) and MANUAL_DISCOUNT_COMPATIBILITY. Changing it replaces the report."

  validation {
    condition     = alltrue([for element in var.additional_schema_elements : contains(["RESOURCES", "SPLIT_COST_ALLOCATION_DATA", "MANUAL_DISCOUNT_COMPATIBILITY"], element)])
    error_message = "Write only RESOURCES, SPLIT_COST_ALLOCATION_DATA and MANUAL_DISCOUNT_COMPATIBILITY."
  }

  validation {
    condition     = length(distinct(var.additional_schema_elements)) == length(var.additional_schema_elements)
    error_message = "Write each of them once."
  }
}

variable "report_versioning" {
  type        = string
  nullable    = false
  default     = "OVERWRITE_REPORT"
  description = "What a new delivery does to the month's earlier one: OVERWRITE_REPORT replaces it, CREATE_NEW_REPORT leaves it and adds another. Changing it replaces the report."

  validation {
    condition     = contains(["OVERWRITE_REPORT", "CREATE_NEW_REPORT"], var.report_versioning)
    error_message = "Write OVERWRITE_REPORT or CREATE_NEW_REPORT."
  }
}

variable "refresh_closed_reports" {
  type        = bool
  nullable    = false
  default     = true
  description = "Whether AWS updates the report of a closed month when refunds, credits or support fees for it come later."
}

variable "bucket" {
  type = object({
    name            = optional(string)
    retention_days  = optional(number)
    noncurrent_days = optional(number, 30)
    prevent_destroy = optional(bool, true)
  })
  nullable    = false
  default     = {}
  description = "The bucket of the report. name is \"<name_prefix>-cur-<account_id>-<region>\" when left out; write it to adopt a bucket that exists. retention_days is how many days after its last delivery a report file is kept, for ever when left out. noncurrent_days is how many days an overwritten or deleted version is kept. prevent_destroy refuses every plan that would delete the bucket; it takes effect only in what plinth generates, and whoever uses the module alone writes the literal into main.tf."

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html (the rules below, too)
  validation {
    condition     = var.bucket.name == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket.name))
    error_message = "Write name as 3 to 63 lowercase letters, digits, dots and hyphens, with a letter or digit at both ends."
  }

  validation {
    condition     = !can(regex("[.][.]|^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$|^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|[.]mrap|--x-s3|--table-s3)$", var.bucket.name))
    error_message = "Write another name: AWS refuses two dots in a row, the form of an IP address, the beginnings xn--, sthree- and amzn-s3-demo-, and the endings -s3alias, --ol-s3, .mrap, --x-s3 and --table-s3."
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html
  validation {
    condition     = var.bucket.retention_days == null || try(var.bucket.retention_days >= 1 && floor(var.bucket.retention_days) == var.bucket.retention_days, false)
    error_message = "Write retention_days as a whole number of days, 1 or more, or leave it out to keep every report."
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html
  validation {
    condition     = var.bucket.noncurrent_days >= 1 && floor(var.bucket.noncurrent_days) == var.bucket.noncurrent_days
    error_message = "Write noncurrent_days as a whole number of days, 1 or more."
  }
}

variable "data_export" {
  type = object({
    name                                  = optional(string)
    prefix                                = optional(string, "cur-2")
    time_granularity                      = optional(string, "HOURLY")
    format                                = optional(string, "PARQUET")
    include_resources                     = optional(bool, true)
    include_split_cost_allocation_data    = optional(bool, false)
    include_manual_discount_compatibility = optional(bool, false)
  })
  default     = null
  description = "CUR 2.0, by AWS Data Exports; none when left out. name is \"<name_prefix>-cur-2\" when left out, prefix is the folder of the bucket, time_granularity HOURLY, DAILY or MONTHLY, format PARQUET or TEXT_OR_CSV. include_resources adds ids of resources, include_split_cost_allocation_data costs of containers, include_manual_discount_compatibility discounts as lines. Changing time_granularity or what is included replaces the export."

  validation {
    condition     = var.legacy_report || var.data_export != null
    error_message = "Write data_export, or legacy_report: true, or cur: false: without either report there is nothing to deliver."
  }

  # https://docs.aws.amazon.com/general/latest/gr/billing.html has an endpoint of the service in no other partition.
  validation {
    condition     = var.data_export == null || var.partition == "aws"
    error_message = "Leave data_export out: only partition aws is known to have AWS Data Exports."
  }

  # https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_DataExports_Export.html (the rules below, too)
  validation {
    condition     = try(var.data_export.name == null, true) || can(regex("^[0-9A-Za-z_-]{1,128}$", var.data_export.name))
    error_message = "Write name as 1 to 128 letters, digits, hyphens and underscores."
  }

  # It is the resource of the bucket policy, and the report's own folder is another one.
  validation {
    condition     = var.data_export == null || (can(regex("^[0-9A-Za-z!_.'()-]+(/[0-9A-Za-z!_.'()-]+)*$", var.data_export.prefix)) && try(length(var.data_export.prefix) <= 256, false))
    error_message = "Write prefix as folders of letters, digits or any of ! - _ . ' ( ), without / at either end, 256 characters at most."
  }

  validation {
    condition     = try(var.data_export.prefix != var.prefix || !var.legacy_report, true)
    error_message = "Write another prefix than that of the legacy report: Athena would read both as one."
  }

  validation {
    condition     = try(contains(["HOURLY", "DAILY", "MONTHLY"], var.data_export.time_granularity), true)
    error_message = "Write time_granularity as HOURLY, DAILY or MONTHLY."
  }

  validation {
    condition     = try(contains(["PARQUET", "TEXT_OR_CSV"], var.data_export.format), true)
    error_message = "Write format as PARQUET or TEXT_OR_CSV."
  }
}

variable "athena" {
  type = object({
    bytes_scanned_limit = optional(number, 10737418240)
  })
  default     = null
  description = "An Athena database with a table over CUR 2.0, a workgroup and named queries; none when left out. bytes_scanned_limit is how many bytes one query may read before Athena stops it, at least 10485760 (10 MB)."

  validation {
    condition     = var.athena == null || try(var.data_export.format != "TEXT_OR_CSV", false)
    error_message = "Write data_export with format PARQUET, or leave athena out: the table reads CUR 2.0 in Parquet."
  }

  # https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
  validation {
    condition     = try(var.athena.bytes_scanned_limit >= 10485760 && floor(var.athena.bytes_scanned_limit) == var.athena.bytes_scanned_limit, true)
    error_message = "Write bytes_scanned_limit as a whole number of bytes, 10485760 or more."
  }
}
