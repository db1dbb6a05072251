variable "account_id" {
  type        = string
  nullable    = false
  description = "The AWS account that owns the topic, 12 digits."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Write the account id as 12 digits, in quotes."
  }
}

variable "partition" {
  type        = string
  nullable    = false
  description = "The AWS partition of the region, such as aws, aws-cn or aws-us-gov; it is part of each ARN."

  validation {
    condition     = can(regex("^aws(-[a-z]+)*$", var.partition))
    error_message = "Write a partition, such as aws, aws-cn or aws-us-gov."
  }
}

variable "region" {
  type        = string
  nullable    = false
  description = "The region of bus, rule and topic, which must be the provider's."

  validation {
    condition     = can(regex("^[a-z]+(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "Write a region, such as eu-central-1."
  }
}

variable "name_prefix" {
  type        = string
  nullable    = false
  description = "The first part of the default name, \"<name_prefix>-findings\"."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.name_prefix))
    error_message = "Write 1 to 40 lower case letters, digits and hyphens, with a letter or digit at both ends."
  }
}

variable "name" {
  type        = string
  default     = null
  description = "The name of bus, role, rule, topic and key alias; \"<name_prefix>-findings\" when left out. Changing it replaces the topic, and every address has to confirm again."

  # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html,
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, and
  # https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
  validation {
    condition     = var.name == null || (can(regex("^[A-Za-z0-9_-]{1,64}$", var.name)) && var.name != "default")
    error_message = "Write 1 to 64 letters, digits, hyphens or underscores, and not default, the bus that each account has."
  }
}

variable "addresses" {
  type        = list(string)
  nullable    = false
  description = "The e-mail addresses that get each finding, at least one. They can be those of sns_email, and have to confirm here as well. AWS sends each a confirmation link, and nothing arrives at an address before somebody there has followed it."

  validation {
    condition     = length(var.addresses) > 0
    error_message = "Write at least one e-mail address: a topic that nobody reads alerts nobody."
  }

  # The provider takes any text as the endpoint of an email subscription.
  validation {
    condition     = alltrue([for address in var.addresses : can(regex("^[A-Za-z0-9.!#$&'*+/=?^_|~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$", address))])
    error_message = "Write each entry as one plain e-mail address, such as security@example.com, with no name, brackets or spaces."
  }

  validation {
    condition     = length(distinct([for address in compact(var.addresses) : lower(address)])) == length(compact(var.addresses))
    error_message = "Write each address once; two that differ only in upper and lower case are the same mailbox."
  }
}

variable "lambda_arn" {
  type        = string
  default     = null
  description = "The ARN of a Lambda function of this account and region that gets each finding as well, as the event that EventBridge has; none when left out."

  # A rule reaches only functions of its own region: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
  # The permission is of the function itself, so that an alias or version needs one of its own.
  validation {
    condition     = var.lambda_arn == null || can(regex("^arn:${var.partition}:lambda:${var.region}:${var.account_id}:function:[A-Za-z0-9_-]{1,64}$", var.lambda_arn))
    error_message = "Write lambda_arn as the ARN of a function of this account in the home region, without version or alias: arn:aws:lambda:<home region>:<account id>:function:<name>."
  }
}

variable "kms" {
  type = object({
    create               = optional(bool, false)
    key_arn              = optional(string)
    deletion_window_days = optional(number, 30)
  })
  nullable    = false
  default     = {}
  description = "Encryption of messages at rest: create makes a customer key that EventBridge may use, key_arn names one that exists (its policy must let events.amazonaws.com use it); neither leaves the topic unencrypted. deletion_window_days, 7 to 30, is how long AWS keeps a created key after its deletion is asked for."

  validation {
    condition     = !(var.kms.create && var.kms.key_arn != null)
    error_message = "Write either create: true or key_arn, not both."
  }

  # EventBridge can't publish to a topic under alias/aws/sns, because nobody can let it use that key:
  # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
  validation {
    condition     = var.kms.key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms.key_arn))
    error_message = "Write key_arn as the ARN of a customer key, arn:aws:kms:<region>:<account id>:key/<key id>, not an alias or a bare id. EventBridge can't use the AWS managed key alias/aws/sns, so findings would never be mailed."
  }

  validation {
    condition     = !can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]+:key/", var.kms.key_arn)) || can(regex("^arn:${var.partition}:kms:${var.region}:", var.kms.key_arn))
    error_message = "Write the key_arn of a key in the topic's own partition and region; KMS keys are regional."
  }

  validation {
    condition     = var.kms.deletion_window_days >= 7 && var.kms.deletion_window_days <= 30 && floor(var.kms.deletion_window_days) == var.kms.deletion_window_days
    error_message = "Write deletion_window_days as a whole number of days from 7 to 30."
  }
}
