# tflint-ignore: terraform_unused_declarations # its validation is what it is for
variable "partition" {
  type        = string
  nullable    = false
  description = "Partition of the account: aws or aws-cn."

  # https://docs.aws.amazon.com/general/latest/gr/aws-account-management.html lists no endpoint in GovCloud.
  validation {
    condition     = contains(["aws", "aws-cn"], var.partition)
    error_message = "Write the section as false: AWS Account Management has no endpoint in this partition. The contacts of a GovCloud account are those of the account that it is linked to."
  }
}

variable "security" {
  type = object({
    name  = string
    title = string
    email = string
    phone = string
  })
  default     = null
  description = "Who AWS writes to about the security of the account, such as exposed keys and abuse: name of 1 to 64 characters, title of 1 to 50, email of at most 254, and phone of 1 to 25 digits, blanks and ( ) + -. A team's mailbox outlives people. Null leaves this contact as it is."

  # https://docs.aws.amazon.com/accounts/latest/reference/API_AlternateContact.html (the rules below, too)
  validation {
    condition     = var.security == null || try(can(regex("^[^[:cntrl:]]{1,64}$", var.security.name)), false)
    error_message = "Write name with 1 to 64 characters."
  }

  validation {
    condition     = var.security == null || try(can(regex("^[^[:cntrl:]]{1,50}$", var.security.title)), false)
    error_message = "Write title with 1 to 50 characters."
  }

  validation {
    condition     = var.security == null || try(length(var.security.email) <= 254 && can(regex("^[\\w+=.#|!&-]+@[\\w.-]+\\.\\w+$", var.security.email)), false)
    error_message = "Write email as an address of at most 254 characters, such as security@example.com."
  }

  validation {
    condition     = var.security == null || try(can(regex("^[0-9 ()+-]{1,25}$", var.security.phone)) && can(regex("[0-9]", var.security.phone)), false)
    error_message = "Write phone as 1 to 25 digits, blanks and any of ( ) + -, such as +49 30 123456."
  }

  validation {
    condition     = var.security != null || var.billing != null || var.operations != null
    error_message = "Write security, billing or operations: without any of them there is nothing to set."
  }
}

variable "billing" {
  type = object({
    name  = string
    title = string
    email = string
    phone = string
  })
  default     = null
  description = "Who gets copies of invoices and hears of payments: name of 1 to 64 characters, title of 1 to 50, email of at most 254, and phone of 1 to 25 digits, blanks and ( ) + -. A team's mailbox outlives people. Null leaves this contact as it is."

  # https://docs.aws.amazon.com/accounts/latest/reference/API_AlternateContact.html (the rules below, too)
  validation {
    condition     = var.billing == null || try(can(regex("^[^[:cntrl:]]{1,64}$", var.billing.name)), false)
    error_message = "Write name with 1 to 64 characters."
  }

  validation {
    condition     = var.billing == null || try(can(regex("^[^[:cntrl:]]{1,50}$", var.billing.title)), false)
    error_message = "Write title with 1 to 50 characters."
  }

  validation {
    condition     = var.billing == null || try(length(var.billing.email) <= 254 && can(regex("^[\\w+=.#|!&-]+@[\\w.-]+\\.\\w+$", var.billing.email)), false)
    error_message = "Write email as an address of at most 254 characters, such as billing@example.com."
  }

  validation {
    condition     = var.billing == null || try(can(regex("^[0-9 ()+-]{1,25}$", var.billing.phone)) && can(regex("[0-9]", var.billing.phone)), false)
    error_message = "Write phone as 1 to 25 digits, blanks and any of ( ) + -, such as +49 30 123456."
  }
}

variable "operations" {
  type = object({
    name  = string
    title = string
    email = string
    phone = string
  })
  default     = null
  description = "Who hears of the availability of services: name of 1 to 64 characters, title of 1 to 50, email of at most 254, and phone of 1 to 25 digits, blanks and ( ) + -. A team's mailbox outlives people. Null leaves this contact as it is."

  # https://docs.aws.amazon.com/accounts/latest/reference/API_AlternateContact.html (the rules below, too)
  validation {
    condition     = var.operations == null || try(can(regex("^[^[:cntrl:]]{1,64}$", var.operations.name)), false)
    error_message = "Write name with 1 to 64 characters."
  }

  validation {
    condition     = var.operations == null || try(can(regex("^[^[:cntrl:]]{1,50}$", var.operations.title)), false)
    error_message = "Write title with 1 to 50 characters."
  }

  validation {
    condition     = var.operations == null || try(length(var.operations.email) <= 254 && can(regex("^[\\w+=.#|!&-]+@[\\w.-]+\\.\\w+$", var.operations.email)), false)
    error_message = "Write email as an address of at most 254 characters, such as operations@example.com."
  }

  validation {
    condition     = var.operations == null || try(can(regex("^[0-9 ()+-]{1,25}$", var.operations.phone)) && can(regex("[0-9]", var.operations.phone)), false)
    error_message = "Write phone as 1 to 25 digits, blanks and any of ( ) + -, such as +49 30 123456."
  }
}
