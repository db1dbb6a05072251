variable "account_id" {
  type        = string
  nullable    = false
  description = "Id of the account that owns the trail and its bucket, 12 digits. For an organization trail this is the management account."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Write the account id as 12 digits, in quotes."
  }
}

variable "partition" {
  type        = string
  nullable    = false
  description = "Partition of the account, as it stands in ARNs: aws, aws-us-gov, aws-cn or aws-eusc."

  validation {
    condition     = can(regex("^aws(-[a-z]+)*$", var.partition))
    error_message = "Write a partition such as aws, aws-us-gov or aws-cn."
  }
}

variable "region" {
  type        = string
  nullable    = false
  description = "Home region of the trail: the region of the provider that this module is given. The bucket and the KMS key are made there too."

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "Write a region code such as eu-central-1."
  }
}

variable "name_prefix" {
  type        = string
  nullable    = false
  description = "Beginning of every name that this module makes up: lower case letters, digits and hyphens."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.name_prefix))
    error_message = "Write 1 to 40 lower case letters, digits and hyphens, with a letter or digit at both ends."
  }

  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
  validation {
    condition     = !strcontains(var.name_prefix, "--")
    error_message = "Write single hyphens only: a trail's name, which is made from this, has no two hyphens in a row."
  }
}

variable "log_group_name" {
  type        = string
  default     = null
  description = "Name of the CloudWatch log group in the trail's account and home region that gets a copy of every event. Null means no delivery to CloudWatch Logs, and no role for it."

  validation {
    condition     = var.log_group_name == null || can(regex("^[.\\-_/#A-Za-z0-9]{1,512}$", var.log_group_name))
    error_message = "Write a log group name of 1 to 512 letters, digits and the characters . - _ / #."
  }
}

variable "name" {
  type        = string
  default     = null
  description = "Name of the trail, 3 to 128 characters. Null means \"<name_prefix>-cloudtrail\"."

  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
  validation {
    condition     = var.name == null || can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$", var.name))
    error_message = "Write 3 to 128 letters, digits, periods, underscores and hyphens, with a letter or digit at both ends."
  }

  validation {
    condition     = var.name == null || !can(regex("[._-][._-]", var.name))
    error_message = "Write a name without two of . _ - in a row."
  }

  validation {
    condition     = var.name == null || !can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$", var.name))
    error_message = "Write a name that does not look like an IP address."
  }
}

variable "bucket" {
  type = object({
    name                      = optional(string)
    key_prefix                = optional(string)
    retention_days            = optional(number, 365)
    noncurrent_retention_days = optional(number, 30)
    transitions               = optional(map(number), {})
    object_lock = optional(object({
      mode = optional(string, "GOVERNANCE")
      days = optional(number, 365)
    }))
    access_log = optional(object({
      bucket = string
      prefix = optional(string, "cloudtrail-bucket/")
    }))
    reader_arns     = optional(list(string), [])
    prevent_destroy = optional(bool, true)
  })
  default     = {}
  nullable    = false
  description = <<-EOT
    The bucket that keeps the log files.
    `name`: null means "<name_prefix>-cloudtrail-<account_id>-<region>"; write a name to adopt a bucket that exists.
    `key_prefix`: folder in the bucket, at most 200 characters, without a slash at its ends.
    `retention_days`: age in days at which a log file expires, 0 to keep for ever; the default is the year that most audits ask for.
    `noncurrent_retention_days`: days that an overwritten or deleted version is kept.
    `transitions`: storage class to age in days, such as {GLACIER_IR = 90}.
    `object_lock`: default retention of each log file, mode GOVERNANCE or COMPLIANCE and days; it can only be chosen when the bucket is made, null means none.
    `access_log`: name of another bucket in the same account and region that gets this one's server access logs, and the prefix of their keys; null means none.
    `reader_arns`: ARNs of the IAM roles and users that may read log files, `*` and `?` allowed; all others are denied. Empty leaves reading to IAM policies.
    `prevent_destroy`: whether Terraform refuses to destroy the bucket and the key made with it. It takes effect only in what plinth generates: Terraform allows no variable there, so whoever uses this module alone writes the literal.
  EOT

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  validation {
    condition     = var.bucket.name == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket.name))
    error_message = "Write name as 3 to 63 lower case letters, digits, periods and hyphens, with a letter or digit at both ends."
  }

  validation {
    condition     = var.bucket.name == null || !can(regex("\\.[.-]|-\\.|^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$", var.bucket.name))
    error_message = "Write name without two periods in a row, without a hyphen beside a period, and not in the form of an IP address."
  }

  validation {
    condition     = !can(regex("^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3|\\.mrap)$", coalesce(var.bucket.name, "${var.name_prefix}-cloudtrail-${var.account_id}-${var.region}")))
    error_message = "Write name, or choose a name prefix, without the beginnings (xn--, sthree-, amzn-s3-demo-) and endings (-s3alias, --ol-s3, --x-s3, --table-s3, .mrap) that S3 keeps for itself."
  }

  validation {
    condition     = var.bucket.name != null || length("${var.name_prefix}-cloudtrail-${var.account_id}-${var.region}") <= 63
    error_message = "Write name, or choose a shorter name prefix: \"<name prefix>-cloudtrail-<account id>-<region>\" is longer than the 63 characters that S3 allows."
  }

  # https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
  validation {
    condition     = var.bucket.key_prefix == null || can(regex("^[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$", var.bucket.key_prefix))
    error_message = "Write key_prefix as letters, digits and ! - _ . * ' ( ), with single slashes inside but none at its ends."
  }

  validation {
    condition     = var.bucket.key_prefix == null || can(regex("(?s)^.{1,200}$", var.bucket.key_prefix))
    error_message = "Write key_prefix with at most 200 characters."
  }

  validation {
    condition     = var.bucket.retention_days >= 0 && floor(var.bucket.retention_days) == var.bucket.retention_days
    error_message = "Write retention_days as a whole number of days; 0 keeps log files for ever."
  }

  validation {
    condition     = var.bucket.noncurrent_retention_days >= 1 && floor(var.bucket.noncurrent_retention_days) == var.bucket.noncurrent_retention_days
    error_message = "Write noncurrent_retention_days as a whole number of days, at least 1."
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_Transition.html
  validation {
    condition     = alltrue([for class in keys(var.bucket.transitions) : contains(["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"], class)])
    error_message = "Write transitions with the storage classes STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER and DEEP_ARCHIVE only."
  }

  validation {
    condition     = alltrue([for days in values(var.bucket.transitions) : days >= 0 && floor(days) == days])
    error_message = "Write each of transitions as a whole number of days."
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
  validation {
    condition     = alltrue([for class, days in var.bucket.transitions : days >= 30 if contains(["STANDARD_IA", "ONEZONE_IA"], class)])
    error_message = "Write at least 30 days for STANDARD_IA and ONEZONE_IA in transitions."
  }

  # The waterfall of the same page: the padded days, in the order of the classes, must already be sorted and without a double.
  validation {
    condition = join(",", [
      for class in ["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"] :
      format("%09d", floor(var.bucket.transitions[class])) if contains(keys(var.bucket.transitions), class)
      ]) == join(",", sort(distinct([
        for class, days in var.bucket.transitions :
        format("%09d", floor(days)) if contains(["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"], class)
    ])))
    error_message = "Write transitions so that each class comes later than those before it: STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE."
  }

  # The one step down the waterfall that S3 does not take, on the same page.
  validation {
    condition     = !contains(keys(var.bucket.transitions), "ONEZONE_IA") || !contains(keys(var.bucket.transitions), "GLACIER_IR")
    error_message = "Write either ONEZONE_IA or GLACIER_IR in transitions: S3 does not move objects from the first to the second."
  }

  validation {
    condition = alltrue(flatten([
      for warm in ["STANDARD_IA", "ONEZONE_IA"] : [
        for cold in ["GLACIER", "DEEP_ARCHIVE"] : lookup(var.bucket.transitions, cold, 1000000) - lookup(var.bucket.transitions, warm, -30) >= 30
      ]
    ]))
    error_message = "Write GLACIER and DEEP_ARCHIVE in transitions at least 30 days after STANDARD_IA and ONEZONE_IA."
  }

  validation {
    condition     = var.bucket.retention_days == 0 || alltrue([for days in values(var.bucket.transitions) : days < var.bucket.retention_days])
    error_message = "Write transitions that come before the log files expire, that is with fewer days than retention_days."
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], try(var.bucket.object_lock.mode, "GOVERNANCE"))
    error_message = "Write object_lock.mode as GOVERNANCE or COMPLIANCE."
  }

  validation {
    condition     = try(var.bucket.object_lock.days >= 1 && var.bucket.object_lock.days <= 36500 && floor(var.bucket.object_lock.days) == var.bucket.object_lock.days, true)
    error_message = "Write object_lock.days as a whole number from 1 to 36500."
  }

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", try(var.bucket.access_log.bucket, "none")))
    error_message = "Write access_log.bucket as the name of a bucket: 3 to 63 lower case letters, digits, periods and hyphens."
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
  validation {
    condition     = try(var.bucket.access_log.bucket, "") != coalesce(var.bucket.name, "${var.name_prefix}-cloudtrail-${var.account_id}-${var.region}")
    error_message = "Write another bucket as access_log.bucket: a bucket that logs to itself writes a new log for each log."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
  validation {
    condition     = alltrue([for arn in var.bucket.reader_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9+=,.@_/*?-]+)$", arn))])
    error_message = "Write reader_arns as ARNs of IAM roles or users, such as arn:aws:iam::123456789012:role/auditor (the role, not the session of an assumed role)."
  }

  # S3 would take an ARN of another partition, which matches nobody, and so deny everybody.
  validation {
    condition     = alltrue([for arn in var.bucket.reader_arns : try(split(":", arn)[1], var.partition) == var.partition])
    error_message = "Write reader_arns in the account's own partition: the second part of each ARN, such as aws or aws-us-gov."
  }
}

variable "kms" {
  type = object({
    create               = optional(bool, false)
    key_arn              = optional(string)
    deletion_window_days = optional(number, 30)
  })
  default     = {}
  nullable    = false
  description = <<-EOT
    Key that encrypts the log files and the bucket. Without `create` and `key_arn` S3 encrypts with its own keys (SSE-S3).
    `create`: make a key with yearly rotation, whose policy lets this trail use it.
    `key_arn`: ARN of a key in the trail's home region whose policy lets CloudTrail use it.
    `deletion_window_days`: days from 7 to 30 between the deletion of the key that was made here and its end.
  EOT

  validation {
    condition     = !var.kms.create || var.kms.key_arn == null
    error_message = "Write either create or key_arn, not both."
  }

  # An alias ARN passes the provider, and CloudTrail stores it unresolved: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
  validation {
    condition     = var.kms.key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms.key_arn))
    error_message = "Write key_arn as the ARN of a key (arn:aws:kms:<region>:<account id>:key/<key id>), not as an alias or a key id."
  }

  validation {
    condition     = try(split(":", var.kms.key_arn)[3], var.region) == var.region
    error_message = "Write the key_arn of a key in the home region: CloudTrail needs the key in the bucket's region."
  }

  validation {
    condition     = try(split(":", var.kms.key_arn)[1], var.partition) == var.partition
    error_message = "Write the key_arn of a key in the account's own partition, which is the second part of the ARN."
  }

  # https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
  validation {
    condition     = var.kms.deletion_window_days >= 7 && var.kms.deletion_window_days <= 30 && floor(var.kms.deletion_window_days) == var.kms.deletion_window_days
    error_message = "Write deletion_window_days as a whole number from 7 to 30."
  }
}

variable "data_events" {
  type = object({
    s3 = optional(object({
      buckets = optional(list(string), [])
      access  = optional(string, "all")
    }))
    lambda = optional(object({
      function_arns = optional(list(string), [])
    }))
  })
  default     = {}
  nullable    = false
  description = <<-EOT
    Data events that the trail records beside all management events. They are charged by the event, so none is recorded unless asked for.
    `s3`: events on objects; `buckets` are names, and empty means every bucket but the trail's own; `access` is all, read or write.
    `lambda`: invocations; `function_arns` empty means every function.
  EOT

  validation {
    condition     = contains(["all", "read", "write"], try(var.data_events.s3.access, "all"))
    error_message = "Write s3.access as all, read or write."
  }

  validation {
    condition     = alltrue([for name in try(var.data_events.s3.buckets, []) : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", name))])
    error_message = "Write s3.buckets as names of buckets (not ARNs): 3 to 63 lower case letters, digits, periods and hyphens."
  }

  validation {
    condition     = length(distinct(try(var.data_events.s3.buckets, []))) == length(try(var.data_events.s3.buckets, []))
    error_message = "Write each of s3.buckets once."
  }

  validation {
    condition     = alltrue([for arn in try(var.data_events.lambda.function_arns, []) : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}$", arn))])
    error_message = "Write lambda.function_arns as ARNs of functions without a version or alias: arn:aws:lambda:<region>:<account id>:function:<name>."
  }

  validation {
    condition     = length(distinct(try(var.data_events.lambda.function_arns, []))) == length(try(var.data_events.lambda.function_arns, []))
    error_message = "Write each of lambda.function_arns once."
  }

  # 500 values over all selectors of a trail; up to 6 are used for the categories, types and the read-only field:
  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
  validation {
    condition     = length(try(var.data_events.s3.buckets, [])) + length(try(var.data_events.lambda.function_arns, [])) <= 490
    error_message = "Write at most 490 buckets and functions in all, or leave the list empty to record every one."
  }
}

variable "insights" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "Kinds of unusual activity that CloudTrail Insights looks for: ApiCallRateInsight, ApiErrorRateInsight or both. Charged by the event analysed, so none by default."

  validation {
    condition     = alltrue([for kind in var.insights : contains(["ApiCallRateInsight", "ApiErrorRateInsight"], kind)])
    error_message = "Write ApiCallRateInsight, ApiErrorRateInsight or both."
  }

  validation {
    condition     = length(distinct(var.insights)) == length(var.insights)
    error_message = "Write each kind of insight once."
  }
}

variable "organization" {
  type = object({
    id = string
  })
  default     = null
  description = "Makes the trail an organization trail, which records every member account. `id` is the organization's id, o- and 10 to 32 characters. The account must be the management account, with trusted access for cloudtrail.amazonaws.com. Null means a trail of this account only."

  # https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", try(var.organization.id, "o-0000000000")))
    error_message = "Write id as the organization's id: o- and 10 to 32 lower case letters and digits."
  }
}
