variable "account_id" {
  type        = string
  nullable    = false
  description = "The management account of the organization, 12 digits."

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
  description = "The first part of the policies' names, and of the bucket names that protect_trail takes by default."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.name_prefix))
    error_message = "Write 1 to 40 lower case letters, digits and hyphens, with a letter or digit at both ends."
  }
}

variable "manage_organization" {
  type        = bool
  nullable    = false
  default     = false
  description = "Whether the organization itself is managed here: its trusted access and its types of policies. Import it before the first apply. Otherwise it has to have all features, service control policies enabled, and trusted access for what uses it."
}

variable "service_access_principals" {
  type        = list(string)
  nullable    = false
  default     = []
  description = "With manage_organization, all services that have trusted access to the organization; those that are left out lose it."

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
  validation {
    condition     = alltrue([for principal in var.service_access_principals : can(regex("^[a-z0-9-]+([.][a-z0-9-]+)*[.]amazonaws[.]com([.]cn)?$", principal))])
    error_message = "Write each service as its principal, such as cloudtrail.amazonaws.com."
  }

  validation {
    condition     = var.manage_organization || length(var.service_access_principals) == 0
    error_message = "Write manage_organization: true as well: trusted access is a setting of the organization."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html
  validation {
    condition     = !var.manage_organization || !(var.root_access.manage_credentials || var.root_access.sessions) || contains(var.service_access_principals, "iam.amazonaws.com")
    error_message = "Add iam.amazonaws.com: root_access needs its trusted access."
  }
}

variable "enabled_policy_types" {
  type        = list(string)
  nullable    = false
  default     = ["SERVICE_CONTROL_POLICY"]
  description = "With manage_organization, the types of policies that are enabled; those that are left out are disabled, and their policies lose their effect."

  # https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
  validation {
    condition = alltrue([for type in var.enabled_policy_types : contains([
      "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY", "CHATBOT_POLICY", "DECLARATIVE_POLICY_EC2",
    ], type)])
    error_message = "Write each type as AWS spells it: SERVICE_CONTROL_POLICY, RESOURCE_CONTROL_POLICY, TAG_POLICY, BACKUP_POLICY, AISERVICES_OPT_OUT_POLICY, CHATBOT_POLICY or DECLARATIVE_POLICY_EC2."
  }

  validation {
    condition     = contains(var.enabled_policy_types, "SERVICE_CONTROL_POLICY")
    error_message = "Add SERVICE_CONTROL_POLICY: without it AWS refuses the policies of this section."
  }
}

variable "root_access" {
  type = object({
    manage_credentials = optional(bool, false)
    sessions           = optional(bool, false)
  })
  nullable    = false
  default     = {}
  description = "Centralized root access. manage_credentials: root credentials of member accounts are managed, and removed, from here, and new member accounts have none. sessions: what only root can do in a member account is done from here, in sessions of 15 minutes at most."
}

variable "deny_root_user" {
  type = object({
    targets        = list(string)
    allow_sessions = optional(bool, true)
  })
  default     = null
  description = "Denies everything to the root user of the targets, which are ids of the root, of organizational units and of accounts. allow_sessions leaves the sessions of root_access out of it."

  # https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
  validation {
    condition     = try(length(var.deny_root_user.targets) > 0 && alltrue([for target in var.deny_root_user.targets : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|[0-9]{12})$", target))]), true)
    error_message = "Write targets as ids: the organization's root (r-...), organizational units (ou-...), accounts (12 digits, in quotes), at least one."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
  validation {
    condition     = try(!contains(var.deny_root_user.targets, var.account_id), true)
    error_message = "Leave the management account out of targets: service control policies don't bind it, so that it would only be thought protected."
  }

  validation {
    condition     = try(length(distinct(var.deny_root_user.targets)) == length(var.deny_root_user.targets), true)
    error_message = "Write each of the targets once."
  }
}

variable "deny_root_access_keys" {
  type = object({
    targets = list(string)
  })
  default     = null
  description = "Denies the root user of the targets new access keys. Where deny_root_user is on, it adds nothing."

  # https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
  validation {
    condition     = try(length(var.deny_root_access_keys.targets) > 0 && alltrue([for target in var.deny_root_access_keys.targets : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|[0-9]{12})$", target))]), true)
    error_message = "Write targets as ids: the organization's root (r-...), organizational units (ou-...), accounts (12 digits, in quotes), at least one."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
  validation {
    condition     = try(!contains(var.deny_root_access_keys.targets, var.account_id), true)
    error_message = "Leave the management account out of targets: service control policies don't bind it, so that it would only be thought protected."
  }

  validation {
    condition     = try(length(distinct(var.deny_root_access_keys.targets)) == length(var.deny_root_access_keys.targets), true)
    error_message = "Write each of the targets once."
  }
}

variable "protect_trail" {
  type = object({
    targets          = list(string)
    trail_names      = optional(list(string), ["*"])
    bucket_names     = optional(list(string))
    exempt_role_arns = optional(list(string), [])
  })
  default     = null
  description = "Denies stopping, changing and deleting trails in the targets, and emptying or opening their buckets. trail_names and bucket_names can hold * and ?; by default all trails, and the buckets \"<name_prefix>-cloudtrail-*\". exempt_role_arns may still do it: the role that applies the baseline."

  # https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
  validation {
    condition     = try(length(var.protect_trail.targets) > 0 && alltrue([for target in var.protect_trail.targets : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|[0-9]{12})$", target))]), true)
    error_message = "Write targets as ids: the organization's root (r-...), organizational units (ou-...), accounts (12 digits, in quotes), at least one."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
  validation {
    condition     = try(!contains(var.protect_trail.targets, var.account_id), true)
    error_message = "Leave the management account out of targets: service control policies don't bind it, so that it would only be thought protected."
  }

  validation {
    condition     = try(length(distinct(var.protect_trail.targets)) == length(var.protect_trail.targets), true)
    error_message = "Write each of the targets once."
  }

  validation {
    condition     = try(alltrue([for arn in var.protect_trail.exempt_role_arns : can(regex("^arn:${var.partition}:iam::([0-9]{12}|[*]):role/[A-Za-z0-9+=,.@/_*-]+$", arn)) && !can(regex(":role/[*/]*$", arn))]), true)
    error_message = "Write each of exempt_role_arns as the ARN of a role, arn:aws:iam::<account id or *>:role/<name>; a name of * alone would exempt every role."
  }

  validation {
    condition     = try(length(var.protect_trail.trail_names) > 0 && alltrue([for name in var.protect_trail.trail_names : can(regex("^[A-Za-z0-9._*?-]{1,128}$", name))]), true)
    error_message = "Write each of trail_names as a trail's name, with * and ? for what varies, at least one."
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  validation {
    condition     = try(var.protect_trail.bucket_names == null, true) || try(length(var.protect_trail.bucket_names) > 0 && alltrue([for name in var.protect_trail.bucket_names : can(regex("^[a-z0-9.*?-]{3,63}$", name)) && !can(regex("^[*?]+$", name))]), false)
    error_message = "Write each of bucket_names as a bucket's name, with * and ? for what varies, at least one; * alone would freeze every bucket."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
  validation {
    condition     = try(length(jsonencode([var.protect_trail.trail_names, var.protect_trail.exempt_role_arns, var.protect_trail.exempt_role_arns, var.protect_trail.bucket_names, var.protect_trail.bucket_names])) <= 3500, true)
    error_message = "Write fewer names and roles, or * in them: a policy has at most 5120 characters."
  }
}

variable "deny_leaving" {
  type = object({
    targets = list(string)
  })
  default     = null
  description = "Denies the targets leaving the organization."

  # https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
  validation {
    condition     = try(length(var.deny_leaving.targets) > 0 && alltrue([for target in var.deny_leaving.targets : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|[0-9]{12})$", target))]), true)
    error_message = "Write targets as ids: the organization's root (r-...), organizational units (ou-...), accounts (12 digits, in quotes), at least one."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
  validation {
    condition     = try(!contains(var.deny_leaving.targets, var.account_id), true)
    error_message = "Leave the management account out of targets: service control policies don't bind it, so that it would only be thought protected."
  }

  validation {
    condition     = try(length(distinct(var.deny_leaving.targets)) == length(var.deny_leaving.targets), true)
    error_message = "Write each of the targets once."
  }
}

variable "restrict_regions" {
  type = object({
    targets          = list(string)
    regions          = list(string)
    exempt_role_arns = optional(list(string), [])
    exempt_actions = optional(list(string), [
      "account:*", "acm:*", "artifact:*", "aws-marketplace-management:*", "aws-marketplace:*", "bcm-data-exports:*", "billing:*", "budgets:*", "ce:*", "chatbot:*",
      "cloudfront:*", "cur:*", "directconnect:*", "ec2:DescribeRegions", "ec2:DescribeTransitGateways", "ec2:DescribeVpnGateways", "fms:*", "freetier:*",
      "globalaccelerator:*", "health:*", "iam:*", "importexport:*", "invoicing:*", "networkmanager:*", "notifications:*", "organizations:*", "payments:*", "pricing:*",
      "route53:*", "route53domains:*", "s3:GetAccountPublicAccessBlock", "s3:GetBucketLocation", "s3:ListAllMyBuckets", "s3:PutAccountPublicAccessBlock", "shield:*",
      "sts:*", "support:*", "tax:*", "trustedadvisor:*", "waf-regional:*", "waf:*", "wafv2:*", "wellarchitected:*",
    ])
  })
  default     = null
  description = "Denies the targets all regions but those named. exempt_role_arns are not bound. exempt_actions are those of services whose requests go to one region wherever they are for; the default follows AWS's example, which may not hold the latest services. Where alarms on root's sign-ins or the Cost and Usage Report are in us-east-1, it has to be among the regions, or their role exempt."

  # https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
  validation {
    condition     = try(length(var.restrict_regions.targets) > 0 && alltrue([for target in var.restrict_regions.targets : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|[0-9]{12})$", target))]), true)
    error_message = "Write targets as ids: the organization's root (r-...), organizational units (ou-...), accounts (12 digits, in quotes), at least one."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
  validation {
    condition     = try(!contains(var.restrict_regions.targets, var.account_id), true)
    error_message = "Leave the management account out of targets: service control policies don't bind it, so that it would only be thought protected."
  }

  validation {
    condition     = try(length(distinct(var.restrict_regions.targets)) == length(var.restrict_regions.targets), true)
    error_message = "Write each of the targets once."
  }

  validation {
    condition     = try(alltrue([for arn in var.restrict_regions.exempt_role_arns : can(regex("^arn:${var.partition}:iam::([0-9]{12}|[*]):role/[A-Za-z0-9+=,.@/_*-]+$", arn)) && !can(regex(":role/[*/]*$", arn))]), true)
    error_message = "Write each of exempt_role_arns as the ARN of a role, arn:aws:iam::<account id or *>:role/<name>; a name of * alone would exempt every role."
  }

  validation {
    condition     = try(length(var.restrict_regions.regions) > 0 && alltrue([for region in var.restrict_regions.regions : can(regex("^[a-z]+(-[a-z]+)+-[0-9]+$", region))]), true)
    error_message = "Write regions such as eu-central-1, at least one."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
  validation {
    condition     = try(alltrue([for action in var.restrict_regions.exempt_actions : can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]), true)
    error_message = "Write each of exempt_actions as <service>:<action>, such as iam:*."
  }

  # Without these no account could be managed, whichever its regions.
  validation {
    condition     = try(alltrue([for action in ["iam:*", "organizations:*", "sts:*", "support:*"] : contains(var.restrict_regions.exempt_actions, action)]), true)
    error_message = "Keep iam:*, organizations:*, sts:* and support:* in exempt_actions: they are the same in each region, and without them nobody could mend the account."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
  validation {
    condition     = try(length(jsonencode([var.restrict_regions.regions, var.restrict_regions.exempt_actions, var.restrict_regions.exempt_role_arns])) <= 4850, true)
    error_message = "Write fewer regions, roles and actions, or * in them: a policy has at most 5120 characters."
  }
}

variable "custom_policies" {
  type = map(object({
    description = optional(string, "")
    content     = string
    targets     = list(string)
  }))
  nullable    = false
  default     = {}
  description = "Service control policies of your own, by the last part of their name: content is the policy as JSON, targets are the ids of the root, of organizational units and of accounts that it is attached to."

  # https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
  validation {
    condition     = alltrue([for name in keys(var.custom_policies) : can(regex("^[a-z0-9][a-z0-9-]{0,86}$", name)) && !contains(["deny-root-user", "deny-root-access-keys", "protect-trail", "deny-leaving", "restrict-regions"], name)])
    error_message = "Write each policy's name in lower case letters, digits and hyphens, at most 87, and none that the catalogue has."
  }

  validation {
    condition     = alltrue([for policy in values(var.custom_policies) : try(length(policy.description) <= 512, true)])
    error_message = "Write a description of at most 512 characters."
  }

  validation {
    condition     = alltrue([for policy in values(var.custom_policies) : try(can(jsondecode(policy.content).Statement), true)])
    error_message = "Write content as JSON: an object with Version and Statement."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
  validation {
    condition     = alltrue([for policy in values(var.custom_policies) : try(length(jsonencode(jsondecode(policy.content))) <= 5120, true)])
    error_message = "Write content of at most 5120 characters, blanks between its parts left out, or make two policies of it."
  }

  # https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
  validation {
    condition     = alltrue([for policy in values(var.custom_policies) : try(length(policy.targets) > 0 && alltrue([for target in policy.targets : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|[0-9]{12})$", target))]), true)])
    error_message = "Write targets as ids: the organization's root (r-...), organizational units (ou-...), accounts (12 digits, in quotes), at least one."
  }

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
  validation {
    condition     = alltrue([for policy in values(var.custom_policies) : try(!contains(policy.targets, var.account_id), true)])
    error_message = "Leave the management account out of targets: service control policies don't bind it, so that it would only be thought protected."
  }

  validation {
    condition     = alltrue([for policy in values(var.custom_policies) : try(length(distinct(policy.targets)) == length(policy.targets), true)])
    error_message = "Write each of the targets once."
  }

  # Those that AWS attaches by itself, FullAWSAccess, count as well: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
  validation {
    condition = alltrue([
      for target in distinct(flatten([
        try(var.deny_root_user.targets, []), try(var.deny_root_access_keys.targets, []), try(var.protect_trail.targets, []), try(var.deny_leaving.targets, []),
        try(var.restrict_regions.targets, []), [for policy in values(var.custom_policies) : try(policy.targets, [])],
        ])) : length([
        for other in flatten([
          try(var.deny_root_user.targets, []), try(var.deny_root_access_keys.targets, []), try(var.protect_trail.targets, []), try(var.deny_leaving.targets, []),
          try(var.restrict_regions.targets, []), [for policy in values(var.custom_policies) : try(policy.targets, [])],
        ]) : other if other == target
      ]) <= 5
    ])
    error_message = "Attach at most 5 policies to one target, FullAWSAccess among them where it still is: put statements together, or attach some further up."
  }
}
