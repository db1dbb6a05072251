variable "name_prefix" {
  type        = string
  nullable    = false
  description = "Beginning of every name that this module makes up: lower case letters, digits and hyphens."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.name_prefix))
    error_message = "Write 1 to 40 lower case letters, digits and hyphens, with a letter or digit at both ends."
  }
}

variable "log_group_name" {
  type        = string
  nullable    = false
  description = "Name of the log group whose events are filtered: the one that the trail delivers to, of class STANDARD."
}

variable "topic_arns" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "ARNs of the SNS topics that hear of the alarms, at most 5, in the alarms' region. With none the alarms only show in the console."

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = length(var.topic_arns) <= 5
    error_message = "Wire at most 5 topics: an alarm takes no more actions."
  }
}

variable "metric_namespace" {
  type        = string
  default     = "SecurityAlarms"
  nullable    = false
  description = "Namespace of the metrics, at most 255 characters."

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
  validation {
    condition     = can(regex("^[^:*$]{1,255}$", var.metric_namespace)) && !can(regex("^AWS/", var.metric_namespace))
    error_message = "Write 1 to 255 characters, none of them a colon, an asterisk or a dollar sign, and not AWS/ at the beginning."
  }
}

variable "alarms" {
  type = object({
    unauthorized_api_calls = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    console_sign_in_without_mfa = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    root_usage = optional(object({
      enabled   = optional(bool, false)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    iam_policy_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    cloudtrail_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    console_sign_in_failures = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    kms_key_deletion = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    s3_bucket_policy_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    config_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    security_group_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    network_acl_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    network_gateway_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    route_table_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    vpc_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
    organizations_changes = optional(object({
      enabled   = optional(bool, true)
      threshold = optional(number, 1)
      period    = optional(number, 300)
    }), {})
  })
  default     = {}
  nullable    = false
  description = <<-EOT
    The alarms of the CIS AWS Foundations Benchmark, by name.
    `enabled`: whether there is the alarm. All are on but `root_usage`, which the section root_activity_alarm has with more options.
    `threshold`: number of events in one period from which on it fires.
    `period`: seconds over which events are summed up, a multiple of 60, at most 86400.
  EOT

  validation {
    condition     = alltrue([for name, alarm in var.alarms : alarm.threshold > 0])
    error_message = "Write each threshold above 0: with 0 the alarm fires without any event."
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = alltrue([for name, alarm in var.alarms : alarm.period >= 60 && alarm.period <= 86400 && alarm.period % 60 == 0])
    error_message = "Write each period as a multiple of 60 seconds, from 60 to 86400."
  }
}

variable "leave_out_identity_center" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether console_sign_in_without_mfa looks at successful sign-ins of IAM users only. People who come through IAM Identity Center or another identity provider have their MFA there, and each of their sign-ins would set the alarm off; but with true, checkers that compare the pattern's text don't find it, and root without MFA is left to root_activity_alarm."
}

variable "custom" {
  type = map(object({
    pattern     = string
    description = optional(string, "An event of this account matches a pattern of its own.")
    threshold   = optional(number, 1)
    period      = optional(number, 300)
  }))
  default     = {}
  nullable    = false
  description = <<-EOT
    Alarms of one's own, by name: lower case letters, digits and underscores.
    `pattern`: filter pattern for the JSON of a CloudTrail event, at most 1024 characters.
    `description`: what the notification says, at most 1024 characters.
    `threshold` and `period`: as for alarms.
  EOT

  validation {
    condition     = alltrue([for name in keys(var.custom) : can(regex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", name)) && length(name) <= 64])
    error_message = "Write each name as at most 64 lower case letters, digits and single underscores, beginning with a letter."
  }

  validation {
    condition     = alltrue([for name in keys(var.custom) : !contains(keys(var.alarms), name)])
    error_message = "Write names that alarms has not: it would be two alarms of one name."
  }

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/FilterAndPatternSyntax.html
  validation {
    condition     = alltrue([for alarm in var.custom : can(regex("(?s)^\\s*\\{.*\\$.*\\}\\s*$", alarm.pattern)) && length(alarm.pattern) <= 1024])
    error_message = "Write each pattern as braces around conditions on $.field, such as { $.eventName = \"ConsoleLogin\" }, at most 1024 characters."
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = alltrue([for alarm in var.custom : length(alarm.description) <= 1024])
    error_message = "Write each description with at most 1024 characters."
  }

  validation {
    condition     = alltrue([for alarm in var.custom : alarm.threshold > 0])
    error_message = "Write each threshold above 0: with 0 the alarm fires without any event."
  }

  validation {
    condition     = alltrue([for alarm in var.custom : alarm.period >= 60 && alarm.period <= 86400 && alarm.period % 60 == 0])
    error_message = "Write each period as a multiple of 60 seconds, from 60 to 86400."
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
  validation {
    condition     = length(var.custom) + length([for name, alarm in var.alarms : name if alarm.enabled]) <= 99
    error_message = "Write fewer: a log group has at most 100 metric filters, and one is for root activity."
  }
}
