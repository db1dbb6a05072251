# Each run breaks one validation, and no other.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json          = "{}"
      minified_json = "{}"
    }
  }
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  name_prefix = "acme"
}

run "accepted_limits" {
  command = plan

  variables {
    custom_policies = { for name in ["a", "b", "c", "d", replace(format("%87s", ""), " ", "e")] : name => {
      content = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = replace(format("%5037s", ""), " ", "a"), Resource = "*" }] })
      targets = ["r-ab12"]
    } }
  }

  assert {
    condition     = length(aws_organizations_policy.custom["a"].content) == 5120
    error_message = "The longest content is not quite what AWS takes."
  }
}

run "account_id_short" {
  command = plan

  variables {
    account_id = "12345678901"
  }

  expect_failures = [var.account_id]
}

run "partition_unknown" {
  command = plan

  variables {
    partition = "amazon"
  }

  expect_failures = [var.partition]
}

run "prefix_in_upper_case" {
  command = plan

  variables {
    name_prefix = "Acme"
  }

  expect_failures = [var.name_prefix]
}

run "service_by_name" {
  command = plan

  variables {
    manage_organization       = true
    service_access_principals = ["cloudtrail"]
  }

  expect_failures = [var.service_access_principals]
}

run "services_of_an_organization_managed_elsewhere" {
  command = plan

  variables {
    service_access_principals = ["cloudtrail.amazonaws.com"]
  }

  expect_failures = [var.service_access_principals]
}

run "root_access_without_trust" {
  command = plan

  variables {
    manage_organization       = true
    service_access_principals = ["cloudtrail.amazonaws.com"]
    root_access               = { sessions = true }
  }

  expect_failures = [var.service_access_principals]
}

run "policy_type_unknown" {
  command = plan

  variables {
    enabled_policy_types = ["SERVICE_CONTROL_POLICY", "SCP"]
  }

  expect_failures = [var.enabled_policy_types]
}

run "policy_type_missing" {
  command = plan

  variables {
    enabled_policy_types = ["TAG_POLICY"]
  }

  expect_failures = [var.enabled_policy_types]
}

run "deny_root_user_of_an_account_by_name" {
  command = plan

  variables {
    deny_root_user = { targets = ["prod"] }
  }

  expect_failures = [var.deny_root_user]
}

run "deny_root_user_of_nothing" {
  command = plan

  variables {
    deny_root_user = { targets = [] }
  }

  expect_failures = [var.deny_root_user]
}

run "deny_root_user_of_the_management_account" {
  command = plan

  variables {
    deny_root_user = { targets = ["r-ab12", "123456789012"] }
  }

  expect_failures = [var.deny_root_user]
}

run "deny_root_user_twice" {
  command = plan

  variables {
    deny_root_user = { targets = ["r-ab12", "r-ab12"] }
  }

  expect_failures = [var.deny_root_user]
}

run "deny_root_access_keys_of_an_account_by_name" {
  command = plan

  variables {
    deny_root_access_keys = { targets = ["prod"] }
  }

  expect_failures = [var.deny_root_access_keys]
}

run "deny_root_access_keys_of_nothing" {
  command = plan

  variables {
    deny_root_access_keys = { targets = [] }
  }

  expect_failures = [var.deny_root_access_keys]
}

run "deny_root_access_keys_of_the_management_account" {
  command = plan

  variables {
    deny_root_access_keys = { targets = ["r-ab12", "123456789012"] }
  }

  expect_failures = [var.deny_root_access_keys]
}

run "deny_root_access_keys_twice" {
  command = plan

  variables {
    deny_root_access_keys = { targets = ["r-ab12", "r-ab12"] }
  }

  expect_failures = [var.deny_root_access_keys]
}

run "protect_trail_of_an_account_by_name" {
  command = plan

  variables {
    protect_trail = { targets = ["prod"] }
  }

  expect_failures = [var.protect_trail]
}

run "protect_trail_of_nothing" {
  command = plan

  variables {
    protect_trail = { targets = [] }
  }

  expect_failures = [var.protect_trail]
}

run "protect_trail_of_the_management_account" {
  command = plan

  variables {
    protect_trail = { targets = ["r-ab12", "123456789012"] }
  }

  expect_failures = [var.protect_trail]
}

run "protect_trail_twice" {
  command = plan

  variables {
    protect_trail = { targets = ["r-ab12", "r-ab12"] }
  }

  expect_failures = [var.protect_trail]
}

run "deny_leaving_of_an_account_by_name" {
  command = plan

  variables {
    deny_leaving = { targets = ["prod"] }
  }

  expect_failures = [var.deny_leaving]
}

run "deny_leaving_of_nothing" {
  command = plan

  variables {
    deny_leaving = { targets = [] }
  }

  expect_failures = [var.deny_leaving]
}

run "deny_leaving_of_the_management_account" {
  command = plan

  variables {
    deny_leaving = { targets = ["r-ab12", "123456789012"] }
  }

  expect_failures = [var.deny_leaving]
}

run "deny_leaving_twice" {
  command = plan

  variables {
    deny_leaving = { targets = ["r-ab12", "r-ab12"] }
  }

  expect_failures = [var.deny_leaving]
}

run "restrict_regions_of_an_account_by_name" {
  command = plan

  variables {
    restrict_regions = { targets = ["prod"], regions = ["eu-central-1"] }
  }

  expect_failures = [var.restrict_regions]
}

run "restrict_regions_of_nothing" {
  command = plan

  variables {
    restrict_regions = { targets = [], regions = ["eu-central-1"] }
  }

  expect_failures = [var.restrict_regions]
}

run "restrict_regions_of_the_management_account" {
  command = plan

  variables {
    restrict_regions = { targets = ["r-ab12", "123456789012"], regions = ["eu-central-1"] }
  }

  expect_failures = [var.restrict_regions]
}

run "restrict_regions_twice" {
  command = plan

  variables {
    restrict_regions = { targets = ["r-ab12", "r-ab12"], regions = ["eu-central-1"] }
  }

  expect_failures = [var.restrict_regions]
}

run "trail_exempting_users" {
  command = plan

  variables {
    protect_trail = { targets = ["r-ab12"], exempt_role_arns = ["arn:aws:iam::*:user/terraform"] }
  }

  expect_failures = [var.protect_trail]
}

run "trail_exempting_all" {
  command = plan

  variables {
    protect_trail = { targets = ["r-ab12"], exempt_role_arns = ["arn:aws:iam::*:role/*"] }
  }

  expect_failures = [var.protect_trail]
}

run "trail_by_arn" {
  command = plan

  variables {
    protect_trail = { targets = ["r-ab12"], trail_names = ["arn:aws:cloudtrail:eu-central-1:123456789012:trail/acme"] }
  }

  expect_failures = [var.protect_trail]
}

run "trail_none" {
  command = plan

  variables {
    protect_trail = { targets = ["r-ab12"], trail_names = [] }
  }

  expect_failures = [var.protect_trail]
}

run "bucket_every" {
  command = plan

  variables {
    protect_trail = { targets = ["r-ab12"], bucket_names = ["***"] }
  }

  expect_failures = [var.protect_trail]
}

run "bucket_none" {
  command = plan

  variables {
    protect_trail = { targets = ["r-ab12"], bucket_names = [] }
  }

  expect_failures = [var.protect_trail]
}

run "trail_too_long" {
  command = plan

  variables {
    protect_trail = { targets = ["r-ab12"], exempt_role_arns = [for i in range(40) : "arn:aws:iam::123456789012:role/terraform-${i}"] }
  }

  expect_failures = [var.protect_trail]
}

run "regions_none" {
  command = plan

  variables {
    restrict_regions = { targets = ["r-ab12"], regions = [] }
  }

  expect_failures = [var.restrict_regions]
}

run "region_zone" {
  command = plan

  variables {
    restrict_regions = { targets = ["r-ab12"], regions = ["eu-central-1a"] }
  }

  expect_failures = [var.restrict_regions]
}

run "regions_exempting_all" {
  command = plan

  variables {
    restrict_regions = { targets = ["r-ab12"], regions = ["eu-central-1"], exempt_role_arns = ["arn:aws:iam::123456789012:role/*"] }
  }

  expect_failures = [var.restrict_regions]
}

run "action_without_service" {
  command = plan

  variables {
    restrict_regions = { targets = ["r-ab12"], regions = ["eu-central-1"], exempt_actions = ["iam:*", "organizations:*", "sts:*", "support:*", "*"] }
  }

  expect_failures = [var.restrict_regions]
}

run "actions_without_iam" {
  command = plan

  variables {
    restrict_regions = { targets = ["r-ab12"], regions = ["eu-central-1"], exempt_actions = ["organizations:*", "sts:*", "support:*"] }
  }

  expect_failures = [var.restrict_regions]
}

run "regions_too_long" {
  command = plan

  variables {
    restrict_regions = { targets = ["r-ab12"], regions = ["eu-central-1"], exempt_role_arns = [for i in range(120) : "arn:aws:iam::123456789012:role/terraform-${i}"] }
  }

  expect_failures = [var.restrict_regions]
}

run "custom_name" {
  command = plan

  variables {
    custom_policies = { Quarantine = { content = jsonencode({ Version = "2012-10-17", Statement = [] }), targets = ["r-ab12"] } }
  }

  expect_failures = [var.custom_policies]
}

run "custom_name_of_the_catalogue" {
  command = plan

  variables {
    custom_policies = { deny-leaving = { content = jsonencode({ Version = "2012-10-17", Statement = [] }), targets = ["r-ab12"] } }
  }

  expect_failures = [var.custom_policies]
}

run "custom_description" {
  command = plan

  variables {
    custom_policies = { a = { description = replace(format("%513s", ""), " ", "d"), content = jsonencode({ Version = "2012-10-17", Statement = [] }), targets = ["r-ab12"] } }
  }

  expect_failures = [var.custom_policies]
}

run "custom_content_is_yaml" {
  command = plan

  variables {
    custom_policies = { a = { content = "Version: 2012-10-17", targets = ["r-ab12"] } }
  }

  expect_failures = [var.custom_policies]
}

run "custom_content_is_no_policy" {
  command = plan

  variables {
    custom_policies = { a = { content = "[]", targets = ["r-ab12"] } }
  }

  expect_failures = [var.custom_policies]
}

run "custom_content_too_long" {
  command = plan

  variables {
    custom_policies = { a = { content = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = replace(format("%5038s", ""), " ", "a"), Resource = "*" }] }), targets = ["r-ab12"] } }
  }

  expect_failures = [var.custom_policies]
}

run "custom_target" {
  command = plan

  variables {
    custom_policies = { a = { content = jsonencode({ Version = "2012-10-17", Statement = [] }), targets = ["prod"] } }
  }

  expect_failures = [var.custom_policies]
}

run "custom_target_none" {
  command = plan

  variables {
    custom_policies = { a = { content = jsonencode({ Version = "2012-10-17", Statement = [] }), targets = [] } }
  }

  expect_failures = [var.custom_policies]
}

run "custom_target_management" {
  command = plan

  variables {
    custom_policies = { a = { content = jsonencode({ Version = "2012-10-17", Statement = [] }), targets = ["123456789012"] } }
  }

  expect_failures = [var.custom_policies]
}

run "custom_target_twice" {
  command = plan

  variables {
    custom_policies = { a = { content = jsonencode({ Version = "2012-10-17", Statement = [] }), targets = ["r-ab12", "r-ab12"] } }
  }

  expect_failures = [var.custom_policies]
}

run "six_policies_on_one_target" {
  command = plan

  variables {
    deny_root_user  = { targets = ["r-ab12"] }
    deny_leaving    = { targets = ["r-ab12"] }
    custom_policies = { for name in ["a", "b", "c", "d"] : name => { content = jsonencode({ Version = "2012-10-17", Statement = [] }), targets = ["r-ab12"] } }
  }

  expect_failures = [var.custom_policies]
}
