variable "name_prefix" {
  type        = string
  nullable    = false
  description = "The first part of the default analyzer name, \"<name_prefix>-external-access\" or \"<name_prefix>-unused-access\"."

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_.-]{0,238}$", var.name_prefix))
    error_message = "Write a letter, then at most 238 letters, digits, dots, hyphens or underscores, so that \"<prefix>-external-access\" is an analyzer name."
  }
}

variable "name" {
  type        = string
  default     = null
  description = "The name of the analyzer; \"<name_prefix>-external-access\" or \"<name_prefix>-unused-access\", by type, when left out. Changing it replaces the analyzer and its findings."

  # https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html
  validation {
    condition     = var.name == null || can(regex("^[A-Za-z][A-Za-z0-9_.-]{0,254}$", var.name))
    error_message = "Write a letter, then at most 254 letters, digits, dots, hyphens or underscores."
  }
}

variable "type" {
  type        = string
  nullable    = false
  default     = "ACCOUNT"
  description = "What the analyzer looks for and where: ACCOUNT or ORGANIZATION for access from outside, free of charge; ACCOUNT_UNUSED_ACCESS or ORGANIZATION_UNUSED_ACCESS for IAM access that nobody uses, charged for each role and user. The ORGANIZATION types need the management account or a delegated administrator. Changing it replaces the analyzer."

  # A message of its own for these two, which AWS does have; the AWS provider
  # knows them from 6.0 on.
  validation {
    condition     = !endswith(var.type, "_INTERNAL_ACCESS")
    error_message = "Write another type: the INTERNAL_ACCESS types need version 6 of the AWS provider, and this module works with version 5, too."
  }

  # https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html
  validation {
    condition     = contains(["ACCOUNT", "ORGANIZATION", "ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"], var.type) || endswith(var.type, "_INTERNAL_ACCESS")
    error_message = "Write ACCOUNT, ORGANIZATION, ACCOUNT_UNUSED_ACCESS or ORGANIZATION_UNUSED_ACCESS."
  }
}

variable "unused_access" {
  type = object({
    age_days = optional(number)
    exclusions = optional(list(object({
      account_ids   = optional(list(string), [])
      resource_tags = optional(list(map(string)), [])
    })), [])
  })
  nullable    = false
  default     = {}
  description = "Settings of the UNUSED_ACCESS types alone. age_days is after how many days without use access counts as unused, 1 to 365, 90 when left out. Each of the exclusions names roles and users that never become findings, by account_ids (an organization's analyzer only) or by resource_tags, a list of {key: value}. Changing any of it replaces the analyzer."

  validation {
    condition     = endswith(var.type, "_UNUSED_ACCESS") || (var.unused_access.age_days == null && length(var.unused_access.exclusions) == 0)
    error_message = "Leave this out, or write type: ACCOUNT_UNUSED_ACCESS or ORGANIZATION_UNUSED_ACCESS: only these types look for unused access."
  }

  # https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UnusedAccessConfiguration.html
  validation {
    condition     = var.unused_access.age_days == null || try(var.unused_access.age_days >= 1 && var.unused_access.age_days <= 365 && floor(var.unused_access.age_days) == var.unused_access.age_days, false)
    error_message = "Write age_days as a whole number of days from 1 to 365."
  }

  # https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_AnalysisRuleCriteria.html (the rules below, too)
  validation {
    condition     = var.type == "ORGANIZATION_UNUSED_ACCESS" || alltrue([for exclusion in var.unused_access.exclusions : length(exclusion.account_ids) == 0])
    error_message = "Leave account_ids out, or write type: ORGANIZATION_UNUSED_ACCESS: an analyzer of one account can't exclude accounts."
  }

  validation {
    condition     = alltrue([for exclusion in var.unused_access.exclusions : length(exclusion.account_ids) + length(exclusion.resource_tags) > 0])
    error_message = "Write account_ids or resource_tags in each of the exclusions."
  }

  validation {
    condition     = alltrue([for exclusion in var.unused_access.exclusions : length(exclusion.account_ids) <= 2000 && alltrue([for id in exclusion.account_ids : can(regex("^[0-9]{12}$", id))])])
    error_message = "Write at most 2000 account_ids in each of the exclusions, each of 12 digits, in quotes."
  }

  # AWS takes an empty value for any value of the key, but the provider (5.100.0) leaves
  # such a tag out of the plan, so it can't be asked for here.
  validation {
    condition     = alltrue([for exclusion in var.unused_access.exclusions : alltrue([for tags in exclusion.resource_tags : length(tags) > 0 && alltrue([for key, value in tags : !startswith(lower(key), "aws:") && can(regex("^[\\p{L}\\p{Z}\\p{N}_./=+:@-]{1,128}$", key)) && can(regex("^[\\p{L}\\p{Z}\\p{N}_./=+:@-]{1,256}$", value))])])])
    error_message = "Write each entry of resource_tags as {key: value}: a key of 1 to 128 and a value of 1 to 256 letters, digits, spaces or any of _ . / = + : @ -, and no key that starts with aws:."
  }
}

variable "archive_rules" {
  type = map(object({
    reason  = string
    owner   = string
    expires = string
    filters = map(object({
      eq       = optional(list(string))
      neq      = optional(list(string))
      contains = optional(list(string))
      exists   = optional(bool)
    }))
  }))
  nullable    = false
  default     = {}
  description = "Rules, by name, that archive new findings which are intended. A finding is archived when it matches all filters of a rule. Each filter has a criterion, such as resourceType or principal.AWS, as its key and compares it by eq, neq or contains (1 to 20 values each, any of which may match) or exists. AWS does not check the values, and findings from before the rule stay. Each rule says why it is there (reason), whom to ask (owner), and until when it holds (expires, YYYY-MM-DD); AWS keeps it all the same until it is taken out."

  # What a rule archives nobody sees any more, so somebody has to answer for it, and to look again one day.
  validation {
    condition     = alltrue([for rule in values(var.archive_rules) : try(trimspace(rule.reason) != "" && trimspace(rule.owner) != "", true)])
    error_message = "Write why the rule is there as its reason, and a person or team as its owner."
  }

  validation {
    condition     = alltrue([for rule in values(var.archive_rules) : try(can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", rule.expires)) && can(formatdate("YYYY", "${rule.expires}T00:00:00Z")), true)])
    error_message = "Write expires as a date, YYYY-MM-DD, such as 2027-06-30."
  }

  # The principal of a public finding is "*": https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-view.html
  # The types for unused access have no public findings.
  validation {
    condition = endswith(var.type, "_UNUSED_ACCESS") || alltrue([for rule in values(var.archive_rules) : (
      try(length(rule.filters), 0) == 0 ||
      try(alltrue([for value in rule.filters["isPublic"].eq : lower(value) == "false"]), false) ||
      try(alltrue([for value in rule.filters["principal.AWS"].eq : value != "*"]), false)
    )])
    error_message = "Add isPublic: {eq: [\"false\"]} to the rule's filters, or name its principals by principal.AWS: {eq: [...]}: otherwise it also hides findings of public access."
  }

  # Quota: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html
  validation {
    condition     = length(var.archive_rules) <= 100
    error_message = "Write at most 100 rules: an analyzer holds no more."
  }

  # https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateArchiveRule.html
  validation {
    condition     = alltrue([for name in keys(var.archive_rules) : can(regex("^[A-Za-z][A-Za-z0-9_.-]{0,254}$", name))])
    error_message = "Write each rule's name as a letter, then at most 254 letters, digits, dots, hyphens or underscores."
  }

  # An empty rule or filter is this rule's to report; those below take it for right (try).
  # https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Criterion.html
  validation {
    condition     = alltrue([for rule in values(var.archive_rules) : try(length(rule.filters) > 0 && alltrue([for filter in values(rule.filters) : filter.eq != null || filter.neq != null || filter.contains != null || filter.exists != null]), false)])
    error_message = "Write at least one filter in each rule, and eq, neq, contains or exists in each filter."
  }

  validation {
    condition     = alltrue([for rule in values(var.archive_rules) : try(alltrue([for filter in values(rule.filters) : alltrue([for values in [filter.eq, filter.neq, filter.contains] : try(length(values) >= 1 && length(values) <= 20, true)])]), true)])
    error_message = "Write 1 to 20 values after each eq, neq and contains; leave the operator out to compare nothing."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html
  # status, id, changeType and existingFinding* filter lists of findings, not archive rules.
  validation {
    condition     = alltrue([for rule in values(var.archive_rules) : try(alltrue([for criterion in keys(rule.filters) : !can(regex("^(status|id|changeType|existingFinding.*)$", criterion))]), true)])
    error_message = "Leave out status, id, changeType and existingFinding...: AWS takes them for listing findings, not in an archive rule."
  }

  validation {
    condition     = alltrue([for rule in values(var.archive_rules) : try(alltrue([for criterion in keys(rule.filters) : can(regex("^(resource|resourceType|resourceOwnerAccount|resourceControlPolicyRestriction|isPublic|error|findingType|principal[.](AWS|Federated|CanonicalUser)|condition[.]aws:(PrincipalArn|PrincipalOrgID|PrincipalOrgPaths|SourceArn|SourceAccount|SourceIp|SourceVpc|SourceVpce|UserId)|condition[.]kms:CallerAccount|condition[.][a-z0-9./-]+:(aud|app_id)|status|id|changeType|existingFinding.*)$", criterion))]), true)])
    error_message = "Write each filter's key as AWS spells it: resource, resourceType, resourceOwnerAccount, resourceControlPolicyRestriction, isPublic, error, findingType, principal.AWS, principal.Federated, principal.CanonicalUser, or condition. before a key such as aws:PrincipalOrgID, aws:SourceAccount, kms:CallerAccount or graph.facebook.com:app_id."
  }
}

variable "event_bus_arn" {
  type        = string
  default     = null
  description = "The ARN of the event bus that gets each active finding of this region; with none nobody is told. It can be in another region."

  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
  validation {
    condition     = var.event_bus_arn == null || can(regex("^arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/[A-Za-z0-9/_.-]+$", var.event_bus_arn))
    error_message = "Write the ARN of an event bus, arn:aws:events:<region>:<account id>:event-bus/<name>."
  }
}

variable "event_role_arn" {
  type        = string
  default     = null
  description = "The ARN of the role that lets EventBridge put events on event_bus_arn; needed with it."

  validation {
    condition     = var.event_role_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@/_-]+$", var.event_role_arn))
    error_message = "Write the ARN of a role, arn:aws:iam::<account id>:role/<name>."
  }

  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
  validation {
    condition     = (var.event_bus_arn == null) == (var.event_role_arn == null)
    error_message = "Write event_bus_arn and event_role_arn together, or neither."
  }
}
