variable "account_id" {
  type        = string
  nullable    = false
  description = "The AWS account, 12 digits."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Write the account id as 12 digits, in quotes."
  }
}

variable "partition" {
  type        = string
  nullable    = false
  description = "The AWS partition, such as aws, aws-cn or aws-us-gov; it is part of each ARN."

  validation {
    condition     = can(regex("^aws(-[a-z]+)*$", var.partition))
    error_message = "Write a partition, such as aws, aws-cn or aws-us-gov."
  }
}

variable "name_prefix" {
  type        = string
  nullable    = false
  description = "The first part of the names of groups, of the MFA policy and of the roles that this module has by itself."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.name_prefix))
    error_message = "Write 1 to 40 lower case letters, digits and hyphens, with a letter or digit at both ends."
  }
}

variable "log_group_name" {
  type        = string
  default     = null
  description = "The log group of the trail, in which the alarm on break_glass finds its events; needed for it."
}

variable "topic_arns" {
  type        = list(string)
  nullable    = false
  default     = []
  description = "The topics that the alarm on break_glass notifies."
}

variable "groups" {
  type = object({
    administrators = optional(bool, true)
    read_only      = optional(bool, true)
    billing        = optional(bool, true)
    security_audit = optional(bool, true)
  })
  nullable    = false
  default     = {}
  description = "Which groups of the catalogue there are: administrators (AdministratorAccess), read_only (ReadOnlyAccess), billing (job-function/Billing), security_audit (SecurityAudit)."
}

variable "custom_groups" {
  type = map(object({
    policies = list(string)
  }))
  nullable    = false
  default     = {}
  description = "Groups of your own, by the last part of their name: policies are AWS managed policies by name, such as AmazonS3ReadOnlyAccess or job-function/ViewOnlyAccess, or any managed policies by ARN."

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  validation {
    condition     = alltrue([for name in keys(var.custom_groups) : can(regex("^[a-z0-9][a-z0-9-]{0,86}$", name)) && !contains(["administrators", "read-only", "billing", "security-audit"], name)])
    error_message = "Write each group's name in lower case letters, digits and hyphens, at most 87, and none that the catalogue has."
  }

  # With the MFA policy they are at most 10: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  validation {
    condition     = alltrue([for group in values(var.custom_groups) : try(length(group.policies) > 0 && length(group.policies) <= 9, true)])
    error_message = "Write 1 to 9 policies: AWS takes 10 for each group, and the one that enforces MFA is among them."
  }

  validation {
    condition = alltrue(flatten([for group in values(var.custom_groups) : [
      for policy in try(group.policies, []) : can(regex("^(arn:${var.partition}:iam::(aws|[0-9]{12}):policy/)?([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$", policy))
    ]]))
    error_message = "Write each of policies as the name of an AWS managed policy, such as ReadOnlyAccess, or as the ARN of a managed policy of this partition."
  }

  validation {
    condition     = alltrue([for group in values(var.custom_groups) : try(length(distinct([for policy in group.policies : reverse(split("/", policy))[0]])) == length(group.policies), true)])
    error_message = "Write each policy of a group once."
  }
}

variable "users" {
  type = map(object({
    groups = list(string)
  }))
  nullable    = false
  default     = {}
  description = "IAM users, by name, with the groups (administrators, read_only, billing, security_audit or one of custom_groups) that they are in. They have rights through groups only. Prefer IAM Identity Center or roles: a user is a person's long-term credential."

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  validation {
    condition     = alltrue([for name in keys(var.users) : can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", name))])
    error_message = "Write each user's name as 1 to 64 letters, digits and any of _+=,.@-."
  }

  validation {
    condition     = length(distinct([for name in keys(var.users) : lower(name)])) == length(var.users)
    error_message = "Give the users names that differ in more than upper and lower case: IAM takes them for one."
  }

  validation {
    condition = alltrue(flatten([for user in values(var.users) : [
      for group in try(user.groups, []) : lookup(var.groups, group, false) || contains(keys(var.custom_groups), group)
    ]]))
    error_message = "Write groups that there are: administrators, read_only, billing and security_audit unless groups switches them off, and those of custom_groups."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  validation {
    condition     = alltrue([for user in values(var.users) : try(length(user.groups) > 0 && length(user.groups) <= 10, true)])
    error_message = "Write 1 to 10 groups for each user: AWS takes no more, and a user without a group has no rights."
  }

  validation {
    condition     = alltrue([for user in values(var.users) : try(length(distinct(user.groups)) == length(user.groups), true)])
    error_message = "Write each group of a user once."
  }
}

variable "mfa" {
  type = object({
    enforce                     = optional(bool, true)
    allow_first_password_change = optional(bool, false)
  })
  nullable    = false
  default     = {}
  description = <<-EOT
    `enforce`: members of each group can do nothing without MFA but get to it, in the console and by access keys.
    `allow_first_password_change`: they can change their password without it, too, which somebody who has to change it at the first sign-in must. The consequence: whoever has a stolen password and no MFA can lock its owner out.
  EOT
}

variable "oidc_providers" {
  type = map(object({
    url         = string
    client_ids  = optional(list(string), ["sts.amazonaws.com"])
    thumbprints = optional(list(string), [])
    create      = optional(bool, true)
  }))
  nullable    = false
  default     = {}
  description = "OpenID Connect providers, by a name that roles refer to. client_ids are the audiences of their tokens. create: false where the account has the provider already. thumbprints are of the certificates above the provider's, and needed only for those that AWS doesn't trust by itself."

  # https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
  validation {
    condition     = alltrue([for provider in values(var.oidc_providers) : try(can(regex("^https://[a-z0-9.-]+(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?$", provider.url)) && length(provider.url) <= 255, true)])
    error_message = "Write url as https://<host>/<path>, without port, query and / at its end, as tokens have it in iss."
  }

  validation {
    condition     = length(distinct([for provider in values(var.oidc_providers) : try(provider.url, null)])) == length(var.oidc_providers)
    error_message = "Write each url once: an account has one provider for it."
  }

  validation {
    condition     = alltrue([for provider in values(var.oidc_providers) : try(length(provider.client_ids) > 0 && alltrue([for id in provider.client_ids : can(regex("^[^*?]{1,255}$", id))]), true)])
    error_message = "Write at least one of client_ids, each whole, without * and ?."
  }

  validation {
    condition     = alltrue([for provider in values(var.oidc_providers) : try(alltrue([for thumbprint in provider.thumbprints : can(regex("^[0-9a-f]{40}$", thumbprint))]), true)])
    error_message = "Write each of thumbprints as 40 hexadecimal digits in lower case."
  }
}

variable "saml_providers" {
  type = map(object({
    metadata = optional(string)
  }))
  nullable    = false
  default     = {}
  description = "SAML providers, by name: metadata is the XML document of the identity provider; without it the account has the provider already."

  # https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
  validation {
    condition     = alltrue([for name in keys(var.saml_providers) : can(regex("^[A-Za-z0-9_.-]{1,128}$", name))])
    error_message = "Write each provider's name as 1 to 128 letters, digits and any of _.-."
  }

  validation {
    condition     = alltrue([for provider in values(var.saml_providers) : try(provider.metadata == null, true) || try(length(provider.metadata) >= 1000 && strcontains(provider.metadata, "EntityDescriptor"), false)])
    error_message = "Write metadata as the identity provider's XML document, whose top is an EntityDescriptor; AWS takes none of fewer than 1000 characters."
  }
}

variable "roles" {
  type = map(object({
    description          = optional(string, "")
    policies             = list(string)
    trusted_accounts     = optional(list(string), [])
    trusted_arns         = optional(list(string), [])
    require_mfa          = optional(bool)
    external_id          = optional(string)
    oidc                 = optional(object({ provider = string, subjects = list(string) }))
    saml                 = optional(object({ provider = string }))
    session_hours        = optional(number, 1)
    permissions_boundary = optional(string)
  }))
  nullable    = false
  default     = {}
  description = <<-EOT
    Roles, by name. `policies` as in custom_groups. Who may take a role is one of
    `trusted_accounts` (12 digits) and `trusted_arns` (users and roles), with MFA unless `require_mfa` is false or an `external_id` is asked for, which a third party has instead;
    `oidc`: the tokens of one of oidc_providers whose subject matches one of `subjects` (* and ? stand for what varies);
    `saml`: the assertions of one of saml_providers.
    `session_hours`, 1 to 12, is how long a session lasts at most, `permissions_boundary` the ARN of a policy that bounds what the role can do.
  EOT

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  validation {
    condition     = alltrue([for name in keys(var.roles) : can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", name))])
    error_message = "Write each role's name as 1 to 64 letters, digits and any of _+=,.@-."
  }

  validation {
    condition = alltrue([for name in keys(var.roles) : !contains(["${var.name_prefix}-support", "${var.name_prefix}-break-glass"], lower(name))]) && (
    length(distinct([for name in keys(var.roles) : lower(name)])) == length(var.roles))
    error_message = "Give the roles names that differ in more than upper and lower case, and from those of support_role and break_glass: IAM takes them for one."
  }

  validation {
    condition     = alltrue([for role in values(var.roles) : try(length(role.description) <= 1000, true)])
    error_message = "Write a description of at most 1000 characters."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  validation {
    condition     = alltrue([for role in values(var.roles) : try(length(role.policies) > 0 && length(role.policies) <= 10, true)])
    error_message = "Write 1 to 10 policies: AWS takes no more for each role."
  }

  validation {
    condition = alltrue(flatten([for role in values(var.roles) : [
      for policy in try(role.policies, []) : can(regex("^(arn:${var.partition}:iam::(aws|[0-9]{12}):policy/)?([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$", policy))
    ]]))
    error_message = "Write each of policies as the name of an AWS managed policy, such as ReadOnlyAccess, or as the ARN of a managed policy of this partition."
  }

  validation {
    condition     = alltrue([for role in values(var.roles) : try(length(distinct([for policy in role.policies : reverse(split("/", policy))[0]])) == length(role.policies), true)])
    error_message = "Write each policy of a role once."
  }

  validation {
    condition = alltrue([for role in values(var.roles) : try(
      length([for trusted in [length(role.trusted_accounts) + length(role.trusted_arns) > 0, role.oidc != null, role.saml != null] : trusted if trusted]) == 1, true)
    ])
    error_message = "Say who may take the role, by one of trusted_accounts and trusted_arns, oidc, or saml."
  }

  validation {
    condition     = alltrue(flatten([for role in values(var.roles) : [for id in try(role.trusted_accounts, []) : can(regex("^[0-9]{12}$", id))]]))
    error_message = "Write each of trusted_accounts as 12 digits, in quotes."
  }

  # A wildcard in a principal would be anybody: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
  validation {
    condition     = alltrue(flatten([for role in values(var.roles) : [for arn in try(role.trusted_arns, []) : can(regex("^arn:${var.partition}:iam::[0-9]{12}:(user|role)/[A-Za-z0-9_+=,.@/-]+$", arn))]]))
    error_message = "Write each of trusted_arns as the ARN of a user or role of this partition, without *."
  }

  validation {
    condition     = alltrue([for role in values(var.roles) : try(role.require_mfa == null, true) || try(length(role.trusted_accounts) + length(role.trusted_arns) > 0, false)])
    error_message = "Leave require_mfa out: what signs people in by oidc or saml asks for MFA itself, and AWS doesn't hear of it."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
  validation {
    condition     = alltrue([for role in values(var.roles) : try(role.external_id == null, true) || try(can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", role.external_id)) && length(role.external_id) <= 1224 && length(role.trusted_accounts) + length(role.trusted_arns) > 0, false)])
    error_message = "Write external_id as 2 to 1224 letters, digits and any of _+=,.@:/-, beside trusted_accounts or trusted_arns."
  }

  validation {
    condition     = alltrue([for role in values(var.roles) : try(role.oidc == null, true) || try(contains(keys(var.oidc_providers), role.oidc.provider), false)])
    error_message = "Write the provider as one of oidc_providers."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
  validation {
    condition     = alltrue([for role in values(var.roles) : try(role.oidc == null, true) || try(length(role.oidc.subjects) > 0 && alltrue([for subject in role.oidc.subjects : can(regex("^[^*?]{3}", subject)) && !can(regex("^repo:[^/]*[*?]", subject))]), false)])
    error_message = "Write subjects that name whose tokens they are, at least one, with * and ? for the rest alone: repo:acme/infrastructure:ref:refs/heads/main, not * or repo:*."
  }

  validation {
    condition     = alltrue([for role in values(var.roles) : try(role.saml == null, true) || try(contains(keys(var.saml_providers), role.saml.provider), false)])
    error_message = "Write the provider as one of saml_providers."
  }

  # https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  validation {
    condition     = alltrue([for role in values(var.roles) : try(role.session_hours >= 1 && role.session_hours <= 12 && floor(role.session_hours) == role.session_hours, true)])
    error_message = "Write session_hours as a whole number of hours from 1 to 12."
  }

  validation {
    condition     = alltrue([for role in values(var.roles) : try(role.permissions_boundary == null, true) || try(can(regex("^arn:${var.partition}:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9_+=,.@/-]+$", role.permissions_boundary)), false)])
    error_message = "Write permissions_boundary as the ARN of a managed policy of this partition."
  }
}

variable "support_role" {
  type        = bool
  nullable    = false
  default     = true
  description = "Whether there is a role \"<name_prefix>-support\" by which users of this account, with MFA, manage cases with AWS."
}

variable "break_glass" {
  type = object({
    trusted_arns  = list(string)
    session_hours = optional(number, 1)
  })
  default     = null
  description = "A role \"<name_prefix>-break-glass\" with every right, for an emergency: trusted_arns, users and roles, may take it within an hour of their MFA, for session_hours (1 to 12). An alarm tells of each use."

  validation {
    condition     = try(var.break_glass == null, true) || try(length(var.break_glass.trusted_arns) > 0 && alltrue([for arn in var.break_glass.trusted_arns : can(regex("^arn:${var.partition}:iam::[0-9]{12}:(user|role)/[A-Za-z0-9_+=,.@/-]+$", arn))]), false)
    error_message = "Write trusted_arns as the ARNs of users or roles of this partition, without *, at least one."
  }

  validation {
    condition     = try(var.break_glass.session_hours >= 1 && var.break_glass.session_hours <= 12 && floor(var.break_glass.session_hours) == var.break_glass.session_hours, true)
    error_message = "Write session_hours as a whole number of hours from 1 to 12."
  }

  validation {
    condition     = var.break_glass == null || (var.log_group_name != null && length(var.topic_arns) > 0)
    error_message = "Have a log group and a topic (log_group and sns_email) as well: nobody would hear of the role's use."
  }
}
