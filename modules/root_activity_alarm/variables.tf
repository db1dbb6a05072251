variable "name_prefix" {
  type        = string
  nullable    = false
  description = "Beginning of every name that this module makes up: lower case letters, digits and hyphens."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.name_prefix))
    error_message = "Write 1 to 40 lower case letters, digits and hyphens, with a letter or digit at both ends."
  }
}

variable "metric_name" {
  type        = string
  nullable    = false
  description = "Name of the metric that counts the events of the root user."
}

variable "metric_namespace" {
  type        = string
  nullable    = false
  description = "Namespace of the metric that counts the events of the root user."
}

variable "topic_arns" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "ARNs of the SNS topics that hear of the alarm, at most 5, in the alarm's region. With none the alarm only shows in the console."

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = length(var.topic_arns) <= 5
    error_message = "Wire at most 5 topics: an alarm takes no more actions."
  }

  # The provider takes any ARN, AWS only those of what an alarm can act on, on the same page.
  validation {
    condition     = alltrue([for arn in var.topic_arns : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\\.fifo)?$", arn))])
    error_message = "Wire ARNs of SNS topics: arn:aws:sns:<region>:<account id>:<topic name>."
  }
}

variable "name" {
  type        = string
  default     = null
  description = "Name of the alarm, 1 to 255 characters. Null means \"<name_prefix>-root-activity\"."

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = var.name == null || can(regex("^[^[:cntrl:]]{1,255}$", var.name))
    error_message = "Write 1 to 255 characters without control characters."
  }
}

variable "description" {
  type        = string
  default     = "The root user of this account did something. Root has no daily work: find out who it was, from where, and why."
  nullable    = false
  description = "What the notification says, at most 1024 characters."

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = length(var.description) <= 1024
    error_message = "Write at most 1024 characters."
  }
}

variable "period" {
  type        = number
  default     = 300
  nullable    = false
  description = "Seconds over which events are summed up: a multiple of 60. AWS takes 10, 20 and 30 too, but a metric filter reports by the minute, so they gain nothing. The default is the five minutes in which CloudTrail usually delivers."

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = contains([10, 20, 30], var.period) || (var.period >= 60 && var.period % 60 == 0)
    error_message = "Write 10, 20, 30 or a multiple of 60 seconds."
  }
}

variable "threshold" {
  type        = number
  default     = 1
  nullable    = false
  description = "Number of events in one period from which on the period counts."

  validation {
    condition     = var.threshold > 0
    error_message = "Write a number above 0: with 0 the alarm fires without any event."
  }
}

variable "evaluation_periods" {
  type        = number
  default     = 1
  nullable    = false
  description = "Number of latest periods that are looked at."

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = var.evaluation_periods >= 1 && floor(var.evaluation_periods) == var.evaluation_periods
    error_message = "Write a whole number, at least 1."
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = var.evaluation_periods * var.period <= (var.period >= 3600 ? 604800 : 86400)
    error_message = "Write fewer periods: together they span at most 86400 seconds (a day), or 604800 (a week) where a period is an hour or longer."
  }
}

variable "datapoints_to_alarm" {
  type        = number
  default     = null
  description = "Number of the latest periods that must count for the alarm to fire. Null means all of evaluation_periods."

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = var.datapoints_to_alarm == null || try(var.datapoints_to_alarm >= 1 && floor(var.datapoints_to_alarm) == var.datapoints_to_alarm, false)
    error_message = "Write a whole number, at least 1."
  }

  validation {
    condition     = var.datapoints_to_alarm == null || try(var.datapoints_to_alarm <= var.evaluation_periods, false)
    error_message = "Write a number no greater than evaluation_periods."
  }
}

variable "notify_ok" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether the topics also hear when the alarm is over. It is over as soon as a period passes without root activity, so that message says little."
}

variable "actions_enabled" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether the alarm notifies at all. False keeps the alarm silent, as during a planned use of root."
}
