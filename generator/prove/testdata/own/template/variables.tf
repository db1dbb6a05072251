variable "account" {
  description = "The AWS account."
  type        = object({ id = string, name = string })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "Write account.id as 12 digits."
  }
}

variable "region" {
  description = "The region of everything."
  type        = string
  default     = "eu-central-1"
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}

locals {
  tags = merge({ managed-by = "terraform" }, var.tags)
}
