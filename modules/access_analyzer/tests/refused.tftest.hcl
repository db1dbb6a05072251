# Each run breaks one validation, and no other.
mock_provider "aws" {}

variables {
  name_prefix = "acme"
}

run "prefix_starting_with_a_digit" {
  command = plan

  variables {
    name_prefix = "1acme"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_too_long" {
  command = plan

  variables {
    name_prefix = join("", [for i in range(240) : "a"])
  }

  expect_failures = [var.name_prefix]
}

run "name_with_a_space" {
  command = plan

  variables {
    name = "acme analyzer"
  }

  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan

  variables {
    name = join("", [for i in range(256) : "a"])
  }

  expect_failures = [var.name]
}

run "type_of_provider_6" {
  command = plan

  variables {
    type = "ACCOUNT_INTERNAL_ACCESS"
  }

  expect_failures = [var.type]
}

run "type_of_provider_6_for_an_organization" {
  command = plan

  variables {
    type = "ORGANIZATION_INTERNAL_ACCESS"
  }

  expect_failures = [var.type]
}

run "type_that_does_not_exist" {
  command = plan

  variables {
    type = "SERVICE_ACCESS_ANALYZER"
  }

  expect_failures = [var.type]
}

run "age_for_external_access" {
  command = plan

  variables {
    unused_access = { age_days = 30 }
  }

  expect_failures = [var.unused_access]
}

run "exclusions_for_external_access" {
  command = plan

  variables {
    type          = "ORGANIZATION"
    unused_access = { exclusions = [{ resource_tags = [{ team = "ops" }] }] }
  }

  expect_failures = [var.unused_access]
}

run "age_of_no_days" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { age_days = 0 }
  }

  expect_failures = [var.unused_access]
}

run "age_of_366_days" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { age_days = 366 }
  }

  expect_failures = [var.unused_access]
}

run "age_of_half_days" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { age_days = 1.5 }
  }

  expect_failures = [var.unused_access]
}

run "accounts_excluded_from_one_account" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { exclusions = [{ account_ids = ["111122223333"] }] }
  }

  expect_failures = [var.unused_access]
}

run "empty_exclusion" {
  command = plan

  variables {
    type          = "ORGANIZATION_UNUSED_ACCESS"
    unused_access = { exclusions = [{ account_ids = ["111122223333"] }, {}] }
  }

  expect_failures = [var.unused_access]
}

run "excluded_account_id_too_short" {
  command = plan

  variables {
    type          = "ORGANIZATION_UNUSED_ACCESS"
    unused_access = { exclusions = [{ account_ids = ["11112222333"] }] }
  }

  expect_failures = [var.unused_access]
}

run "too_many_excluded_accounts" {
  command = plan

  variables {
    type          = "ORGANIZATION_UNUSED_ACCESS"
    unused_access = { exclusions = [{ account_ids = [for i in concat(range(1000), range(1000), range(1)) : format("%012d", i)] }] }
  }

  expect_failures = [var.unused_access]
}

run "tag_of_aws" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { exclusions = [{ resource_tags = [{ "AWS:owner" = "x" }] }] }
  }

  expect_failures = [var.unused_access]
}

run "tag_without_a_key" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { exclusions = [{ resource_tags = [{ "" = "x" }] }] }
  }

  expect_failures = [var.unused_access]
}

run "tag_value_too_long" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { exclusions = [{ resource_tags = [{ team = join("", [for i in range(257) : "a"]) }] }] }
  }

  expect_failures = [var.unused_access]
}

run "tag_without_a_value" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { exclusions = [{ resource_tags = [{ team = "" }] }] }
  }

  expect_failures = [var.unused_access]
}

run "empty_tags" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { exclusions = [{ resource_tags = [{}] }] }
  }

  expect_failures = [var.unused_access]
}

run "too_many_rules" {
  command = plan

  variables {
    archive_rules = { for i in range(101) : "rule${i}" => { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_name_with_a_space" {
  command = plan

  variables {
    archive_rules = { "known access" = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_without_filters" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = {} } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_null" {
  command = plan

  variables {
    archive_rules = { known = null }
  }

  expect_failures = [var.archive_rules]
}

run "filter_without_operator" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = {} } } }
  }

  expect_failures = [var.archive_rules]
}

run "filter_null" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = null } } }
  }

  expect_failures = [var.archive_rules]
}

run "filter_without_values" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] }, resource = { eq = [] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "filter_with_too_many_values" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] }, resource = { contains = [for i in range(21) : "r${i}"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "criterion_status" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] }, status = { eq = ["ACTIVE"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "criterion_existing_finding" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] }, existingFindingStatus = { eq = ["ACTIVE"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "criterion_in_wrong_case" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] }, ResourceType = { eq = ["AWS::S3::Bucket"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "criterion_unknown" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] }, "condition.aws:PrincipalTag" = { eq = ["x"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_without_reason" {
  command = plan

  variables {
    archive_rules = { known = { reason = " ", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_without_owner" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "", expires = "2030-01-01", filters = { isPublic = { eq = ["false"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_that_expires_never" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "never", filters = { isPublic = { eq = ["false"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_that_expires_on_no_day" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-02-30", filters = { isPublic = { eq = ["false"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_that_hides_public_findings" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { resource = { contains = ["site"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_for_public_findings" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { isPublic = { eq = ["false", "true"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "rule_for_everybody" {
  command = plan

  variables {
    archive_rules = { known = { reason = "known", owner = "platform", expires = "2030-01-01", filters = { "principal.AWS" = { eq = ["111122223333", "*"] } } } }
  }

  expect_failures = [var.archive_rules]
}

run "bus_that_is_none" {
  command = plan

  variables {
    event_bus_arn  = "acme-findings"
    event_role_arn = "arn:aws:iam::123456789012:role/acme-findings"
  }

  expect_failures = [var.event_bus_arn]
}

run "role_that_is_none" {
  command = plan

  variables {
    event_bus_arn  = "arn:aws:events:eu-central-1:123456789012:event-bus/acme-findings"
    event_role_arn = "acme-findings"
  }

  expect_failures = [var.event_role_arn]
}

run "bus_without_role" {
  command = plan

  variables {
    event_bus_arn = "arn:aws:events:eu-central-1:123456789012:event-bus/acme-findings"
  }

  expect_failures = [var.event_role_arn]
}
