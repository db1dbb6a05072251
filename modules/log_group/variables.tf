variable "account_id" {
  type        = string
  nullable    = false
  description = "Id of the account that owns the log group, 12 digits."

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
  description = "Region of the log group: the region of the provider that this module is given."

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
}

variable "name" {
  type        = string
  default     = null
  description = "Name of the log group, 1 to 512 characters. Null means \"<name_prefix>-cloudtrail\"."

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
  validation {
    condition     = var.name == null || can(regex("^[.\\-_/#A-Za-z0-9]+$", var.name))
    error_message = "Write letters, digits and the characters . - _ / # only."
  }

  validation {
    condition     = var.name == null || can(regex("(?s)^.{1,512}$", var.name))
    error_message = "Write 1 to 512 characters."
  }

  validation {
    condition     = var.name == null || !can(regex("^aws/", var.name))
    error_message = "Write a name that does not begin with aws/, which AWS keeps for itself."
  }
}

variable "retention_days" {
  type        = number
  default     = 365
  nullable    = false
  description = "Days that CloudWatch keeps an event, one of the numbers that AWS offers; 0 keeps events for ever and must be written deliberately. The default is the year that most audits ask for."

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  validation {
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.retention_days)
    error_message = "Write one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days, or 0 for ever."
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
    Key that encrypts the log group. Without `create` and `key_arn` CloudWatch Logs encrypts with a key of its own.
    `create`: make a key with yearly rotation, whose policy lets CloudWatch Logs use it for this log group.
    `key_arn`: ARN of a symmetric key in the same region whose policy lets CloudWatch Logs use it.
    `deletion_window_days`: days from 7 to 30 between the deletion of the key that was made here and its end.
  EOT

  validation {
    condition     = !var.kms.create || var.kms.key_arn == null
    error_message = "Write either create or key_arn, not both."
  }

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
  validation {
    condition     = var.kms.key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms.key_arn))
    error_message = "Write key_arn as the ARN of a key (arn:aws:kms:<region>:<account id>:key/<key id>), not as an alias or a key id."
  }

  validation {
    condition     = try(split(":", var.kms.key_arn)[3], var.region) == var.region
    error_message = "Write the key_arn of a key in the log group's region."
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

# tflint-ignore: terraform_unused_declarations # see its description
variable "prevent_destroy" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether Terraform refuses to destroy the log group and the key made with it. It takes effect only in what plinth generates: Terraform allows no variable there, so whoever uses this module alone writes the literal."
}
