# Each run breaks one validation, and no other.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
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
    custom_groups  = { (replace(format("%87s", ""), " ", "g")) = { policies = [for i in range(9) : "arn:aws:iam::123456789012:policy/p${i}"] } }
    users          = { (replace(format("%64s", ""), " ", "u")) = { groups = ["administrators"] } }
    saml_providers = { idp = { metadata = "<EntityDescriptor>${replace(format("%981s", ""), " ", "m")}</EntityDescriptor>" }, there = {} }
    oidc_providers = { github = { url = "https://token.actions.githubusercontent.com" }, eks = { url = "https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF" } }
    roles = { (replace(format("%64s", ""), " ", "r")) = {
      description      = replace(format("%1000s", ""), " ", "d")
      policies         = [for i in range(10) : "arn:aws:iam::123456789012:policy/p${i}"]
      trusted_accounts = ["210987654321"]
      session_hours    = 12
    } }
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

run "group_in_upper_case" {
  command = plan

  variables {
    custom_groups = { Ops = { policies = ["ReadOnlyAccess"] } }
  }

  expect_failures = [var.custom_groups]
}

run "group_of_the_catalogue" {
  command = plan

  variables {
    custom_groups = { billing = { policies = ["ReadOnlyAccess"] } }
  }

  expect_failures = [var.custom_groups]
}

run "group_without_policies" {
  command = plan

  variables {
    custom_groups = { ops = { policies = [] } }
  }

  expect_failures = [var.custom_groups]
}

run "group_with_too_many_policies" {
  command = plan

  variables {
    custom_groups = { ops = { policies = [for i in range(10) : "arn:aws:iam::123456789012:policy/p${i}"] } }
  }

  expect_failures = [var.custom_groups]
}

run "group_with_a_policy_of_another_partition" {
  command = plan

  variables {
    custom_groups = { ops = { policies = ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"] } }
  }

  expect_failures = [var.custom_groups]
}

run "group_with_a_policy_twice" {
  command = plan

  variables {
    custom_groups = { ops = { policies = ["ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"] } }
  }

  expect_failures = [var.custom_groups]
}

run "user_with_a_space" {
  command = plan

  variables {
    users = { "Ann B" = { groups = ["administrators"] } }
  }

  expect_failures = [var.users]
}

run "users_alike" {
  command = plan

  variables {
    users = { ann = { groups = ["administrators"] }, Ann = { groups = ["administrators"] } }
  }

  expect_failures = [var.users]
}

run "user_in_no_such_group" {
  command = plan

  variables {
    users = { ann = { groups = ["admins"] } }
  }

  expect_failures = [var.users]
}

run "user_in_a_group_that_is_off" {
  command = plan

  variables {
    groups = { billing = false }
    users  = { ann = { groups = ["billing"] } }
  }

  expect_failures = [var.users]
}

run "user_in_no_group" {
  command = plan

  variables {
    users = { ann = { groups = [] } }
  }

  expect_failures = [var.users]
}

run "user_in_eleven_groups" {
  command = plan

  variables {
    custom_groups = { for i in range(11) : "g${i}" => { policies = ["ReadOnlyAccess"] } }
    users         = { ann = { groups = [for i in range(11) : "g${i}"] } }
  }

  expect_failures = [var.users]
}

run "user_twice_in_a_group" {
  command = plan

  variables {
    users = { ann = { groups = ["billing", "billing"] } }
  }

  expect_failures = [var.users]
}

run "oidc_without_tls" {
  command = plan

  variables {
    oidc_providers = { gh = { url = "http://token.actions.githubusercontent.com" } }
  }

  expect_failures = [var.oidc_providers]
}

run "oidc_ending_in_a_slash" {
  command = plan

  variables {
    oidc_providers = { gh = { url = "https://gitlab.example.com/" } }
  }

  expect_failures = [var.oidc_providers]
}

run "oidc_twice" {
  command = plan

  variables {
    oidc_providers = { a = { url = "https://gitlab.example.com" }, b = { url = "https://gitlab.example.com" } }
  }

  expect_failures = [var.oidc_providers]
}

run "oidc_for_anybody" {
  command = plan

  variables {
    oidc_providers = { a = { url = "https://gitlab.example.com", client_ids = ["*"] } }
  }

  expect_failures = [var.oidc_providers]
}

run "oidc_for_nobody" {
  command = plan

  variables {
    oidc_providers = { a = { url = "https://gitlab.example.com", client_ids = [] } }
  }

  expect_failures = [var.oidc_providers]
}

run "oidc_thumbprint" {
  command = plan

  variables {
    oidc_providers = { a = { url = "https://gitlab.example.com", thumbprints = ["AB:CD"] } }
  }

  expect_failures = [var.oidc_providers]
}

run "saml_name" {
  command = plan

  variables {
    saml_providers = { "our idp" = {} }
  }

  expect_failures = [var.saml_providers]
}

run "saml_metadata_by_url" {
  command = plan

  variables {
    saml_providers = { idp = { metadata = "https://idp.example.com/metadata.xml" } }
  }

  expect_failures = [var.saml_providers]
}

run "role_with_a_space" {
  command = plan

  variables {
    roles = { "our deploy" = { policies = ["ReadOnlyAccess"], trusted_accounts = ["210987654321"] } }
  }

  expect_failures = [var.roles]
}

run "roles_alike" {
  command = plan

  variables {
    roles = { for name in ["deploy", "Deploy"] : name => { policies = ["ReadOnlyAccess"], trusted_accounts = ["210987654321"] } }
  }

  expect_failures = [var.roles]
}

run "role_like_break_glass" {
  command = plan

  variables {
    roles = { Acme-Break-Glass = { policies = ["ReadOnlyAccess"], trusted_accounts = ["210987654321"] } }
  }

  expect_failures = [var.roles]
}

run "role_description" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], trusted_accounts = ["210987654321"], description = replace(format("%1001s", ""), " ", "d") } }
  }

  expect_failures = [var.roles]
}

run "role_without_policies" {
  command = plan

  variables {
    roles = { deploy = { policies = [], trusted_accounts = ["210987654321"] } }
  }

  expect_failures = [var.roles]
}

run "role_with_too_many_policies" {
  command = plan

  variables {
    roles = { deploy = { policies = [for i in range(11) : "arn:aws:iam::123456789012:policy/p${i}"], trusted_accounts = ["210987654321"] } }
  }

  expect_failures = [var.roles]
}

run "role_with_a_policy_of_another_partition" {
  command = plan

  variables {
    roles = { deploy = { policies = ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"], trusted_accounts = ["210987654321"] } }
  }

  expect_failures = [var.roles]
}

run "role_with_a_policy_twice" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess", "ReadOnlyAccess"], trusted_accounts = ["210987654321"] } }
  }

  expect_failures = [var.roles]
}

run "role_for_nobody" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], session_hours = 1 } }
  }

  expect_failures = [var.roles]
}

run "role_for_two_kinds" {
  command = plan

  variables {
    saml_providers = { idp = {} }
    roles          = { deploy = { policies = ["ReadOnlyAccess"], trusted_accounts = ["210987654321"], saml = { provider = "idp" } } }
  }

  expect_failures = [var.roles]
}

run "role_for_a_short_account" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], trusted_accounts = ["21098765432"] } }
  }

  expect_failures = [var.roles]
}

run "role_for_every_user" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], trusted_arns = ["arn:aws:iam::210987654321:user/*"] } }
  }

  expect_failures = [var.roles]
}

run "role_for_root" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], trusted_arns = ["arn:aws:iam::210987654321:root"] } }
  }

  expect_failures = [var.roles]
}

run "role_with_mfa_of_saml" {
  command = plan

  variables {
    saml_providers = { idp = {} }
    roles          = { deploy = { policies = ["ReadOnlyAccess"], saml = { provider = "idp" }, require_mfa = true } }
  }

  expect_failures = [var.roles]
}

run "role_with_a_short_external_id" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], trusted_accounts = ["210987654321"], external_id = "x" } }
  }

  expect_failures = [var.roles]
}

run "role_with_external_id_of_saml" {
  command = plan

  variables {
    saml_providers = { idp = {} }
    roles          = { deploy = { policies = ["ReadOnlyAccess"], saml = { provider = "idp" }, external_id = "partner" } }
  }

  expect_failures = [var.roles]
}

run "role_of_no_such_oidc" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], oidc = { provider = "github", subjects = ["repo:acme/infrastructure:ref:refs/heads/main"] } } }
  }

  expect_failures = [var.roles]
}

run "role_for_every_subject" {
  command = plan

  variables {
    oidc_providers = { github = { url = "https://token.actions.githubusercontent.com" } }
    roles          = { deploy = { policies = ["ReadOnlyAccess"], oidc = { provider = "github", subjects = ["*"] } } }
  }

  expect_failures = [var.roles]
}

run "role_for_every_repository" {
  command = plan

  variables {
    oidc_providers = { github = { url = "https://token.actions.githubusercontent.com" } }
    roles          = { deploy = { policies = ["ReadOnlyAccess"], oidc = { provider = "github", subjects = ["repo:*"] } } }
  }

  expect_failures = [var.roles]
}

run "role_for_every_owner_alike" {
  command = plan

  variables {
    oidc_providers = { github = { url = "https://token.actions.githubusercontent.com" } }
    roles          = { deploy = { policies = ["ReadOnlyAccess"], oidc = { provider = "github", subjects = ["repo:acme*/infrastructure:*"] } } }
  }

  expect_failures = [var.roles]
}

run "role_for_no_subject" {
  command = plan

  variables {
    oidc_providers = { github = { url = "https://token.actions.githubusercontent.com" } }
    roles          = { deploy = { policies = ["ReadOnlyAccess"], oidc = { provider = "github", subjects = [] } } }
  }

  expect_failures = [var.roles]
}

run "role_of_no_such_saml" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], saml = { provider = "idp" } } }
  }

  expect_failures = [var.roles]
}

run "role_session_half_an_hour" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], trusted_accounts = ["210987654321"], session_hours = 0.5 } }
  }

  expect_failures = [var.roles]
}

run "role_session_a_day" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], trusted_accounts = ["210987654321"], session_hours = 24 } }
  }

  expect_failures = [var.roles]
}

run "role_boundary_by_name" {
  command = plan

  variables {
    roles = { deploy = { policies = ["ReadOnlyAccess"], trusted_accounts = ["210987654321"], permissions_boundary = "bounds" } }
  }

  expect_failures = [var.roles]
}

run "break_glass_for_nobody" {
  command = plan

  variables {
    log_group_name = "acme"
    topic_arns     = ["arn:aws:sns:eu-central-1:123456789012:acme-alerts"]
    break_glass    = { trusted_arns = [] }
  }

  expect_failures = [var.break_glass]
}

run "break_glass_for_an_account" {
  command = plan

  variables {
    log_group_name = "acme"
    topic_arns     = ["arn:aws:sns:eu-central-1:123456789012:acme-alerts"]
    break_glass    = { trusted_arns = ["arn:aws:iam::123456789012:root"] }
  }

  expect_failures = [var.break_glass]
}

run "break_glass_for_a_day" {
  command = plan

  variables {
    log_group_name = "acme"
    topic_arns     = ["arn:aws:sns:eu-central-1:123456789012:acme-alerts"]
    break_glass    = { trusted_arns = ["arn:aws:iam::123456789012:user/ann"], session_hours = 24 }
  }

  expect_failures = [var.break_glass]
}

run "break_glass_unheard" {
  command = plan

  variables {
    log_group_name = "acme"
    break_glass    = { trusted_arns = ["arn:aws:iam::123456789012:user/ann"] }
  }

  expect_failures = [var.break_glass]
}

run "break_glass_unseen" {
  command = plan

  variables {
    topic_arns  = ["arn:aws:sns:eu-central-1:123456789012:acme-alerts"]
    break_glass = { trusted_arns = ["arn:aws:iam::123456789012:user/ann"] }
  }

  expect_failures = [var.break_glass]
}
