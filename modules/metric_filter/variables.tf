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

variable "name" {
  type        = string
  default     = null
  description = "Name of the filter, 1 to 512 characters. Null means \"<name_prefix>-root-activity\"."

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
  validation {
    condition     = var.name == null || can(regex("^[^:*]{1,512}$", var.name))
    error_message = "Write 1 to 512 characters, none of them a colon or an asterisk."
  }
}

variable "pattern" {
  type        = string
  default     = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
  nullable    = false
  description = "Filter pattern for the JSON of a CloudTrail event, at most 1024 characters. The default finds what the root user does, spelled as in the CIS AWS Foundations Benchmark, because audit tools compare the text; it leaves out what AWS services do for root."

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/FilterAndPatternSyntax.html
  validation {
    condition     = can(regex("(?s)^\\s*\\{.*\\$.*\\}\\s*$", var.pattern))
    error_message = "Write a JSON filter pattern: braces around conditions on $.field, such as { $.eventName = \"ConsoleLogin\" }."
  }

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
  validation {
    condition     = length(var.pattern) <= 1024
    error_message = "Write a pattern of at most 1024 characters."
  }
}

variable "metric" {
  type = object({
    name          = optional(string, "RootActivityCount")
    namespace     = optional(string, "CloudTrailMetrics")
    value         = optional(string, "1")
    default_value = optional(number, 0)
  })
  default     = {}
  nullable    = false
  description = <<-EOT
    The metric that counts the matching events.
    `name` and `namespace`: at most 255 characters each.
    `value`: what one matching event adds, a number or a numeric field such as $.size.
    `default_value`: what is reported in a minute whose events don't match. In a minute without any event nothing is reported.
  EOT

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
  validation {
    condition     = can(regex("^[^:*$]{1,255}$", var.metric.name))
    error_message = "Write name as 1 to 255 characters, none of them a colon, an asterisk or a dollar sign."
  }

  validation {
    condition     = can(regex("^[^:*$]{1,255}$", var.metric.namespace))
    error_message = "Write namespace as 1 to 255 characters, none of them a colon, an asterisk or a dollar sign."
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Namespace
  validation {
    condition     = !can(regex("^AWS/", var.metric.namespace))
    error_message = "Write a namespace that does not begin with AWS/, which AWS keeps for itself."
  }

  validation {
    condition     = can(regex("^(-?[0-9]+(\\.[0-9]+)?|\\$\\.[A-Za-z0-9_.\\[\\]-]+)$", var.metric.value))
    error_message = "Write value as a number in quotes or as a field such as $.size."
  }

  validation {
    condition     = length(var.metric.value) <= 100
    error_message = "Write value with at most 100 characters."
  }
}
