variable "minimum_length" {
  type        = number
  default     = 14
  nullable    = false
  description = "Number of characters that a password has at least: 6 to 128. The CIS AWS Foundations Benchmark asks for 14."

  # https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html (the limits below, too)
  validation {
    condition     = var.minimum_length >= 6 && var.minimum_length <= 128 && floor(var.minimum_length) == var.minimum_length
    error_message = "Write a whole number from 6 to 128."
  }
}

variable "reuse_prevention" {
  type        = number
  default     = 24
  description = "Number of former passwords that a user can't choose again: 1 to 24. The CIS AWS Foundations Benchmark asks for 24. Null lets old passwords be used again."

  validation {
    condition     = var.reuse_prevention == null || try(var.reuse_prevention >= 1 && var.reuse_prevention <= 24 && floor(var.reuse_prevention) == var.reuse_prevention, false)
    error_message = "Write a whole number from 1 to 24, or null for no limit: AWS takes no 0."
  }
}

variable "max_age_days" {
  type        = number
  default     = null
  description = "Days after which a password expires: 1 to 1095. Null, the default, means never: current guides ask for long passwords and MFA in its place. PCI DSS asks for 90."

  validation {
    condition     = var.max_age_days == null || try(var.max_age_days >= 1 && var.max_age_days <= 1095 && floor(var.max_age_days) == var.max_age_days, false)
    error_message = "Write a whole number of days from 1 to 1095, or null for passwords that never expire: AWS takes no 0."
  }
}

variable "hard_expiry" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether a user whose password has expired is locked out until an administrator sets a new one. Where every administrator is an IAM user this can lock out all of them. It needs max_age_days."

  validation {
    condition     = !var.hard_expiry || var.max_age_days != null
    error_message = "Write max_age_days as well: without it no password expires."
  }
}

variable "require_lowercase" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether a password needs a lower case letter."
}

variable "require_uppercase" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether a password needs an upper case letter."
}

variable "require_numbers" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether a password needs a digit."
}

variable "require_symbols" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether a password needs one of ! @ # $ % ^ & * ( ) _ + - = [ ] { } | '."
}

variable "users_may_change" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether users may change their own passwords. False leaves that to administrators, who then know them."
}
