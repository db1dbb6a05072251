variable "account_id" {
  type        = string
  nullable    = false
  description = "The AWS account whose credential report is collected, 12 digits."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Write the account id as 12 digits, in quotes."
  }
}

variable "partition" {
  type        = string
  nullable    = false
  description = "The AWS partition, such as aws, aws-cn or aws-us-gov; it is part of each ARN."

  validation {
    condition     = can(regex("^aws(-[a-z]+)*$", var.partition))
    error_message = "Write a partition, such as aws, aws-cn or aws-us-gov."
  }
}

variable "region" {
  type        = string
  nullable    = false
  description = "The region of bucket, state machine and queries: the provider's."

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "Write the code of a region, such as eu-central-1."
  }
}

variable "name_prefix" {
  type        = string
  nullable    = false
  description = "The first part of the default names: \"<name_prefix>-credential-report\" and the bucket \"<name_prefix>-credentials-<account_id>-<region>\"."

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", var.name_prefix)) && !can(regex("^(xn--|sthree-|amzn-s3-demo-)", "${var.name_prefix}-"))
    error_message = "Write lowercase letters, digits and hyphens, with a letter or digit at both ends, and not xn--, sthree- or amzn-s3-demo- at the start: bucket names begin with it."
  }

  validation {
    condition     = var.bucket.name != null || length("${var.name_prefix}-credentials-${var.account_id}-${var.region}") <= 63
    error_message = "Write a shorter prefix: the bucket \"<prefix>-credentials-<account id>-<region>\" may have 63 characters at most."
  }

  # The role "<prefix>-credential-report-collect" has the longest name:
  # https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  validation {
    condition     = var.name != null || length("${var.name_prefix}-credential-report-collect") <= 64
    error_message = "Write a shorter prefix: the role \"<prefix>-credential-report-collect\" may have 64 characters at most."
  }
}

variable "name" {
  type        = string
  default     = null
  description = "The name of state machine, schedule and workgroup, and the first part of the roles' and alarms' names; \"<name_prefix>-credential-report\" when left out."

  # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html has the narrowest rule but for the length, which is that of a role.
  validation {
    condition     = var.name == null || can(regex("^[A-Za-z0-9_-]{1,56}$", var.name))
    error_message = "Write 1 to 56 letters, digits, hyphens and underscores."
  }

  # https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
  validation {
    condition     = try(lower(var.name) == var.name, true)
    error_message = "Write small letters: the database in Athena has the same name, and Athena writes names small."
  }
}

variable "topic_arns" {
  type        = list(string)
  nullable    = false
  default     = []
  description = "The SNS topics that are told when a report could not be collected."

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = length(var.topic_arns) <= 5
    error_message = "Write at most 5 topics: an alarm has no more actions."
  }
}

variable "schedule" {
  type = object({
    expression = optional(string, "cron(0 6 ? * MON *)")
    timezone   = optional(string, "UTC")
  })
  nullable    = false
  default     = {}
  description = "When the report is collected: expression is a cron or rate expression of EventBridge Scheduler, timezone the name of a time zone such as Europe/Berlin. The collection begins within an hour after that."

  # https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
  validation {
    condition     = can(regex("^(rate[(]([2-9]|[1-9][0-9]+) (hours|days)[)]|rate[(]1 day[)]|cron[(][^ ()]+( [^ ()]+){5}[)])$", var.schedule.expression))
    error_message = "Write expression as rate(7 days), or as cron(0 6 ? * MON *) with its six fields: minutes, hours, day of the month, month, day of the week, year."
  }

  # IAM gives the same report again for four hours: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
  validation {
    condition     = !can(regex("^rate[(][123] hours?[)]$", var.schedule.expression))
    error_message = "Write expression as rate(4 hours) or rarer: IAM makes a new report every four hours at most."
  }

  validation {
    condition     = can(regex("^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$", var.schedule.timezone))
    error_message = "Write timezone as the name of a time zone, such as UTC or Europe/Berlin."
  }
}

variable "thresholds" {
  type = object({
    key_age_days      = optional(number, 90)
    password_age_days = optional(number, 365)
    unused_days       = optional(number, 45)
  })
  nullable    = false
  default     = {}
  description = "From how many days on the queries list a key or a password as old (key_age_days, password_age_days) or as unused (unused_days)."

  validation {
    condition     = alltrue([for days in [var.thresholds.key_age_days, var.thresholds.password_age_days, var.thresholds.unused_days] : days >= 1 && floor(days) == days])
    error_message = "Write whole numbers of days, 1 or more."
  }
}

variable "bytes_scanned_limit" {
  type        = number
  nullable    = false
  default     = 1073741824
  description = "How many bytes one query may read before Athena stops it; at least 10485760 (10 MB)."

  # https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
  validation {
    condition     = var.bytes_scanned_limit >= 10485760 && floor(var.bytes_scanned_limit) == var.bytes_scanned_limit
    error_message = "Write a whole number of bytes, 10485760 or more."
  }
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
  description = "The bucket of the reports and of query results. name is \"<name_prefix>-credentials-<account_id>-<region>\" when left out. retention_days is how many days a report is kept, for ever when left out. noncurrent_days is how many days an overwritten or deleted version is kept. prevent_destroy refuses every plan that would delete the bucket; it takes effect only in what plinth generates."

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
