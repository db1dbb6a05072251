variable "account" {
  type = object({
    id   = string
    name = string
  })
  nullable    = false
  description = "The AWS account. id is its 12 digits, in quotes; name is what people call it, and the name of the directory that plinth writes."

  # https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html
  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "Write id as the 12 digits of the account, in quotes, without hyphens."
  }

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.account.name))
    error_message = "Write name as 1 to 63 lower case letters, digits and hyphens, with a letter or digit at both ends: it is the name of a directory."
  }
}

variable "regions" {
  type = object({
    home    = string
    enabled = optional(list(string))
    retired = optional(list(string), [])
  })
  nullable    = false
  description = "The regions of the account. home is where the trail, its bucket, the log group, the alarm and the topic are; partition and DNS suffix follow from it. enabled lists every region in use, home among them (home alone when left out): each gets an Access Analyzer. retired lists regions that were enabled before: their provider configuration stays, which Terraform needs to destroy what is left there."

  # https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", var.regions.home))
    error_message = "Write home as a region code, such as eu-central-1."
  }

  validation {
    condition     = var.regions.enabled == null || try(contains(var.regions.enabled, var.regions.home), false)
    error_message = "Write the home region into enabled, too."
  }

  validation {
    condition     = alltrue([for region in coalesce(var.regions.enabled, []) : can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", region))])
    error_message = "Write each of enabled as a region code, such as us-east-1."
  }

  validation {
    condition     = alltrue([for region in var.regions.retired : can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", region))])
    error_message = "Write each of retired as a region code, such as us-east-1."
  }

  validation {
    condition     = length(distinct(coalesce(var.regions.enabled, []))) == length(coalesce(var.regions.enabled, []))
    error_message = "Write each region once in enabled."
  }

  validation {
    condition     = alltrue([for region in var.regions.retired : !contains(coalesce(var.regions.enabled, [var.regions.home]), region)])
    error_message = "Write a region either in enabled or in retired."
  }

  # An account lives in one partition. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
  validation {
    condition     = alltrue([for region in concat(coalesce(var.regions.enabled, []), var.regions.retired) : startswith(region, "us-gov-") == startswith(var.regions.home, "us-gov-") && startswith(region, "cn-") == startswith(var.regions.home, "cn-") && startswith(region, "eusc-") == startswith(var.regions.home, "eusc-")])
    error_message = "Write only regions of the home region's partition: an account can't use regions of two partitions."
  }
}

variable "tags" {
  type        = map(string)
  nullable    = false
  default     = {}
  description = "Tags of every resource that takes tags, at most 50. Keys have at most 128 characters, values at most 256."

  # https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html (the rules below, too)
  validation {
    condition     = length(var.tags) <= 50
    error_message = "Write at most 50 tags: AWS takes no more on one resource."
  }

  validation {
    condition     = alltrue([for key, value in var.tags : can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$", key)) && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}$", value))])
    error_message = "Write keys of 1 to 128 and values of at most 256 letters, digits, spaces or any of _ . : / = + - @."
  }

  validation {
    condition     = alltrue([for key, value in var.tags : !startswith(lower(key), "aws:")])
    error_message = "Write keys that do not start with aws: AWS keeps that for itself."
  }
}

variable "naming" {
  type = object({
    prefix = string
  })
  nullable    = false
  description = "How things are named. prefix is the first part of every name; buckets are <prefix>-<purpose>-<account id>-<region>."

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,33}[a-z0-9])?$", var.naming.prefix)) && !strcontains(var.naming.prefix, "--")
    error_message = "Write prefix as 1 to 35 lower case letters, digits and single hyphens, with a letter first and a letter or digit last: bucket names begin with it."
  }

  validation {
    condition     = !can(regex("^(xn--|sthree-|amzn-s3-demo-|aws-)|^aws$", "${var.naming.prefix}-"))
    error_message = "Write another prefix: S3 keeps the beginnings xn--, sthree- and amzn-s3-demo- for itself, and names that begin with aws look like AWS's own."
  }
}

variable "terraform" {
  type = object({
    required_version     = optional(string)
    aws_provider_version = optional(string)
    assume_role = optional(object({
      role_arn     = string
      external_id  = optional(string)
      session_name = optional(string, "plinth")
    }))
    backend = optional(object({
      s3 = optional(object({
        bucket               = string
        key                  = string
        region               = string
        encrypt              = optional(bool, true)
        kms_key_id           = optional(string)
        use_lockfile         = optional(bool)
        dynamodb_table       = optional(string)
        profile              = optional(string)
        workspace_key_prefix = optional(string)
      }))
      local = optional(object({
        path = optional(string)
      }))
      none = optional(bool, false)
    }), {})
  })
  nullable    = false
  default     = {}
  description = "How Terraform runs. backend is where the state lies: s3, local, or none: true for no backend block. required_version and aws_provider_version are version constraints in place of plinth's own. assume_role is the role that the providers assume in the account."

  validation {
    condition     = (var.terraform.backend.s3 != null ? 1 : 0) + (var.terraform.backend.local != null ? 1 : 0) + (var.terraform.backend.none ? 1 : 0) <= 1
    error_message = "Write one backend only: s3, local or none."
  }

  validation {
    condition     = try(var.terraform.assume_role.role_arn, null) == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.terraform.assume_role.role_arn))
    error_message = "Write role_arn as the ARN of an IAM role, such as arn:aws:iam::123456789012:role/terraform."
  }

  # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  validation {
    condition     = try(var.terraform.assume_role.session_name, null) == null || can(regex("^[\\w+=,.@-]{2,64}$", var.terraform.assume_role.session_name))
    error_message = "Write session_name as 2 to 64 letters, digits or any of _ + = , . @ -."
  }

  validation {
    condition     = alltrue([for constraint in [var.terraform.required_version, var.terraform.aws_provider_version] : constraint == null || can(regex("^ *(=|!=|>|>=|<|<=|~>)? *[0-9]+(\\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?( *, *(=|!=|>|>=|<|<=|~>)? *[0-9]+(\\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?)* *$", constraint))])
    error_message = "Write a version constraint, such as \"~> 1.9\" or \">= 5.80, < 7.0\", in quotes."
  }

  validation {
    condition     = try(var.terraform.backend.s3.kms_key_id, null) == null || try(var.terraform.backend.s3.encrypt, true)
    error_message = "Leave encrypt out, or write encrypt: true: a kms_key_id encrypts the state."
  }
}

# tflint-ignore: terraform_unused_declarations # see its description
variable "coverage" {
  type = object({
    benchmark = optional(string, "7.0")
    exceptions = optional(map(object({
      reason  = string
      owner   = string
      expires = string
    })), {})
    keep_services = optional(list(string), [])
  })
  nullable    = false
  default     = {}
  description = "What plinth coverage measures the account by; nothing in Terraform depends on it. benchmark is the version of the CIS Amazon Web Services Foundations Benchmark. exceptions lists controls, by plinth's name for them, that the account goes without for a time: why, who answers for it, and the last day on which that holds. keep_services lists services, by the prefix of their actions, that plinth audit access leaves alone although nobody uses them."

  validation {
    condition     = contains(["3.0", "5.0", "6.0", "7.0"], var.coverage.benchmark)
    error_message = "Write benchmark as \"3.0\", \"5.0\", \"6.0\" or \"7.0\", in quotes."
  }

  validation {
    condition     = alltrue([for exception in values(var.coverage.exceptions) : can(regex("[^[:space:]]", exception.reason)) && can(regex("[^[:space:]]", exception.owner))])
    error_message = "Write reason and owner of each exception."
  }

  validation {
    condition     = alltrue([for exception in values(var.coverage.exceptions) : can(formatdate("YYYY", "${exception.expires}T00:00:00Z"))])
    error_message = "Write expires as a day, YYYY-MM-DD."
  }

  validation {
    condition     = alltrue([for service in var.coverage.keep_services : can(regex("^[a-z0-9-]+$", service))])
    error_message = "Write keep_services as the prefixes of actions, such as kms or s3."
  }
}
