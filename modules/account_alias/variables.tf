variable "partition" {
  type        = string
  nullable    = false
  description = "Partition of the account: aws, aws-us-gov or aws-cn."

  validation {
    condition     = contains(["aws", "aws-us-gov", "aws-cn"], var.partition)
    error_message = "Write the section as false: where users of this partition sign in with an alias is not documented."
  }
}

variable "alias" {
  type        = string
  nullable    = false
  description = "The alias: 3 to 63 lower case letters, digits and hyphens. It is unique among all accounts of the partition, and no secret: it stands in the sign-in link."

  # https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.alias)) && !strcontains(var.alias, "--")
    error_message = "Write 3 to 63 lower case letters, digits and hyphens, with a letter or digit at both ends and no two hyphens in a row."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/console-account-alias.html
  validation {
    condition     = !can(regex("^[0-9]{12}$", var.alias))
    error_message = "Write an alias that is not 12 digits: it would be taken for an account id."
  }
}
