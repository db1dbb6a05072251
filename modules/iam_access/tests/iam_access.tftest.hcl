# The real provider with made-up credentials: planning calls nothing.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  name_prefix = "acme"
}

run "defaults" {
  command = plan

  assert {
    condition     = { for key, group in aws_iam_group.this : key => group.name } == { administrators = "acme-administrators", billing = "acme-billing", read_only = "acme-read-only", security_audit = "acme-security-audit" }
    error_message = "The groups are others."
  }

  assert {
    condition     = { for key, a in aws_iam_group_policy_attachment.this : a.group => a.policy_arn } == { acme-administrators = "arn:aws:iam::aws:policy/AdministratorAccess", acme-billing = "arn:aws:iam::aws:policy/job-function/Billing", acme-read-only = "arn:aws:iam::aws:policy/ReadOnlyAccess", acme-security-audit = "arn:aws:iam::aws:policy/SecurityAudit" }
    error_message = "A group has other rights."
  }

  assert {
    condition     = [for a in aws_iam_group_policy_attachment.mfa : a.group] == ["acme-administrators", "acme-billing", "acme-read-only", "acme-security-audit"] && aws_iam_policy.mfa[0].name == "acme-require-mfa"
    error_message = "A group gets by without ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s })."
  }

  assert {
    condition     = length(aws_iam_user.this) + length(aws_iam_role.this) + length(aws_iam_role.break_glass) + length(aws_cloudwatch_metric_alarm.break_glass) + length(aws_iam_openid_connect_provider.this) + length(aws_iam_saml_provider.this) == 0
    error_message = "Nobody gets in that nobody asked for."
  }

  assert {
    condition     = aws_iam_role.support[0].name == "acme-support" && aws_iam_role_policy_attachment.support[0].policy_arn == "arn:aws:iam::aws:policy/AWSSupportAccess" && one(jsondecode(data.aws_iam_policy_document.support[0].json).Statement) == { Action = "sts:AssumeRole", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }, Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" } }
    error_message = "Users of this account manage cases, with ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s })."
  }

  assert {
    condition     = ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s }).DenyAllButGettingToMFA.Effect == "Deny" && ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s }).DenyAllButGettingToMFA.Resource == "*" && ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s }).DenyAllButGettingToMFA.Condition == { BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } }
    error_message = "Access keys, whose requests lack the key, must be denied as well."
  }

  assert {
    condition     = toset(({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s }).DenyAllButGettingToMFA.NotAction) == toset(["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetMFADevice", "iam:GetUser", "iam:ListMFADevices", "iam:ListVirtualMFADevices", "iam:ResyncMFADevice", "sts:GetSessionToken"])
    error_message = "Without MFA something else is possible, or MFA can't be got to."
  }

  assert {
    condition     = ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s }).AllowManagingOwnPasswordAndMFA.Resource == "arn:aws:iam::123456789012:user/$${aws:username}" && ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s }).AllowMakingMFADevices.Resource == "arn:aws:iam::123456789012:mfa/*"
    error_message = "People manage their own MFA, and nobody else's."
  }

  assert {
    condition     = output.role_arns == { acme-support = "arn:aws:iam::123456789012:role/acme-support" } && output.switch_role_urls == { acme-support = "https://signin.aws.amazon.com/switchrole?account=123456789012&roleName=acme-support" } && output.group_names.read_only == "acme-read-only"
    error_message = "The outputs lead to what was made."
  }
}

run "people" {
  command = plan

  variables {
    groups        = { billing = false, security_audit = false }
    custom_groups = { operators = { policies = ["AmazonEC2FullAccess", "arn:aws:iam::123456789012:policy/team/deploy"] } }
    users         = { "ann@example.com" = { groups = ["administrators", "operators"] }, bob = { groups = ["read_only"] } }
    mfa           = { allow_first_password_change = true }
    support_role  = false
  }

  assert {
    condition     = keys(aws_iam_group.this) == ["administrators", "operators", "read_only"] && aws_iam_group.this["operators"].name == "acme-operators"
    error_message = "The groups are others."
  }

  assert {
    condition     = toset([for a in aws_iam_group_policy_attachment.this : a.policy_arn if a.group == "acme-operators"]) == toset(["arn:aws:iam::aws:policy/AmazonEC2FullAccess", "arn:aws:iam::123456789012:policy/team/deploy"])
    error_message = "The group of one's own has other rights."
  }

  assert {
    condition     = aws_iam_user_group_membership.this["ann@example.com"].groups == toset(["acme-administrators", "acme-operators"]) && aws_iam_user_group_membership.this["bob"].groups == toset(["acme-read-only"]) && alltrue([for user in aws_iam_user.this : user.force_destroy])
    error_message = "Somebody is in other groups."
  }

  assert {
    condition     = contains(({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s }).DenyAllButGettingToMFA.NotAction, "iam:ChangePassword") && contains(({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s }).DenyAllButGettingToMFA.NotAction, "iam:GetAccountPasswordPolicy")
    error_message = "The first password can't be changed."
  }

  assert {
    condition     = length(aws_iam_role.support) == 0 && output.role_arns == {}
    error_message = "There is a support role that nobody wants."
  }
}

run "mfa_elsewhere" {
  command = plan

  variables {
    mfa = { enforce = false }
  }

  assert {
    condition     = length(aws_iam_policy.mfa) == 0 && length(aws_iam_group_policy_attachment.mfa) == 0
    error_message = "MFA is enforced all the same."
  }
}

run "roles_only" {
  command = plan

  variables {
    groups = { administrators = false, read_only = false, billing = false, security_audit = false }
  }

  assert {
    condition     = length(aws_iam_group.this) == 0 && length(aws_iam_policy.mfa) == 0
    error_message = "There is a policy for groups that aren't there."
  }
}

run "roles" {
  command = plan

  variables {
    oidc_providers = {
      github = { url = "https://token.actions.githubusercontent.com" }
      gitlab = { url = "https://gitlab.example.com/ci", client_ids = ["plinth", "other"], thumbprints = ["0123456789abcdef0123456789abcdef01234567"], create = false }
    }
    saml_providers = { idp = { metadata = "<EntityDescriptor>${replace(format("%981s", ""), " ", "m")}</EntityDescriptor>" }, there = {} }
    roles = {
      auditor  = { policies = ["SecurityAudit"], trusted_accounts = ["210987654321", "111122223333"], session_hours = 4, description = "Reads.", permissions_boundary = "arn:aws:iam::123456789012:policy/bounds" }
      machine  = { policies = ["ReadOnlyAccess"], trusted_arns = ["arn:aws:iam::210987654321:role/runner"], require_mfa = false }
      partner  = { policies = ["ReadOnlyAccess"], trusted_accounts = ["111122223333"], external_id = "acme-4711" }
      careful  = { policies = ["ReadOnlyAccess"], trusted_accounts = ["111122223333"], external_id = "acme-4711", require_mfa = true }
      deploy   = { policies = ["AdministratorAccess"], oidc = { provider = "github", subjects = ["repo:acme/infrastructure:ref:refs/heads/main", "repo:acme/infrastructure:environment:*"] } }
      pipeline = { policies = ["ReadOnlyAccess"], oidc = { provider = "gitlab", subjects = ["project_path:acme/x:*"] } }
      people   = { policies = ["job-function/ViewOnlyAccess"], saml = { provider = "idp" }, session_hours = 12 }
    }
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this["auditor"].assume_role_policy).Statement) == { Action = "sts:AssumeRole", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }, Effect = "Allow", Principal = { AWS = ["arn:aws:iam::210987654321:root", "arn:aws:iam::111122223333:root"] } }
    error_message = "Other accounts, or without ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s })."
  }

  assert {
    condition     = aws_iam_role.this["auditor"].max_session_duration == 14400 && aws_iam_role.this["auditor"].permissions_boundary == "arn:aws:iam::123456789012:policy/bounds" && aws_iam_role.this["auditor"].description == "Reads." && aws_iam_role.this["machine"].max_session_duration == 3600
    error_message = "A role's session or boundary is another."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this["machine"].assume_role_policy).Statement).Principal == { AWS = ["arn:aws:iam::210987654321:role/runner"] } && one(jsondecode(aws_iam_role.this["machine"].assume_role_policy).Statement).Condition == {}
    error_message = "A machine has no ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s })."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this["partner"].assume_role_policy).Statement).Condition == { StringEquals = { "sts:ExternalId" = ["acme-4711"] } } && one(jsondecode(aws_iam_role.this["careful"].assume_role_policy).Statement).Condition == { Bool = { "aws:MultiFactorAuthPresent" = "true" }, StringEquals = { "sts:ExternalId" = ["acme-4711"] } }
    error_message = "A third party shows its external id."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this["deploy"].assume_role_policy).Statement) == { Action = "sts:AssumeRoleWithWebIdentity", Condition = { StringEquals = { "token.actions.githubusercontent.com:aud" = ["sts.amazonaws.com"] }, StringLike = { "token.actions.githubusercontent.com:sub" = ["repo:acme/infrastructure:ref:refs/heads/main", "repo:acme/infrastructure:environment:*"] } }, Effect = "Allow", Principal = { Federated = ["arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"] } }
    error_message = "Other tokens are taken."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this["pipeline"].assume_role_policy).Statement).Condition == { StringEquals = { "gitlab.example.com/ci:aud" = ["plinth", "other"] }, StringLike = { "gitlab.example.com/ci:sub" = ["project_path:acme/x:*"] } } && one(jsondecode(aws_iam_role.this["pipeline"].assume_role_policy).Statement).Principal == { Federated = ["arn:aws:iam::123456789012:oidc-provider/gitlab.example.com/ci"] }
    error_message = "Other tokens are taken."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this["people"].assume_role_policy).Statement) == { Action = "sts:AssumeRoleWithSAML", Condition = { StringEquals = { "SAML:aud" = ["https://signin.aws.amazon.com/saml"] } }, Effect = "Allow", Principal = { Federated = ["arn:aws:iam::123456789012:saml-provider/idp"] } }
    error_message = "Other assertions are taken."
  }

  assert {
    condition     = keys(aws_iam_openid_connect_provider.this) == ["github"] && aws_iam_openid_connect_provider.this["github"].client_id_list == toset(["sts.amazonaws.com"]) && keys(aws_iam_saml_provider.this) == ["idp"]
    error_message = "Providers that are there already aren't made again."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.this["deploy-AdministratorAccess"].role == "deploy" && aws_iam_role_policy_attachment.this["people-ViewOnlyAccess"].policy_arn == "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess" && length(aws_iam_role_policy_attachment.this) == 7
    error_message = "A role has other rights."
  }

  assert {
    condition     = output.role_arns.deploy == "arn:aws:iam::123456789012:role/deploy" && keys(output.switch_role_urls) == ["acme-support", "auditor", "careful", "machine", "partner"]
    error_message = "Only who is signed in by IAM can switch."
  }
}

run "break_glass" {
  command = plan

  variables {
    log_group_name = "acme-trail"
    topic_arns     = ["arn:aws:sns:us-east-1:123456789012:acme-alerts"]
    break_glass    = { trusted_arns = ["arn:aws:iam::123456789012:user/ann"], session_hours = 2 }
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.break_glass[0].json).Statement) == { Action = "sts:AssumeRole", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" }, NumericLessThan = { "aws:MultiFactorAuthAge" = "3600" } }, Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:user/ann" } }
    error_message = "Somebody else gets in, or without fresh ({ for s in jsondecode(data.aws_iam_policy_document.mfa[0].json).Statement : s.Sid => s })."
  }

  assert {
    condition     = aws_iam_role.break_glass[0].name == "acme-break-glass" && aws_iam_role.break_glass[0].max_session_duration == 7200 && aws_iam_role_policy_attachment.break_glass[0].policy_arn == "arn:aws:iam::aws:policy/AdministratorAccess"
    error_message = "The role can't do everything, or for how long."
  }

  assert {
    condition     = aws_cloudwatch_log_metric_filter.break_glass[0].log_group_name == "acme-trail" && aws_cloudwatch_log_metric_filter.break_glass[0].pattern == "{ ($.eventSource = \"sts.amazonaws.com\") && ($.eventName = \"AssumeRole\") && ($.requestParameters.roleArn = \"arn:aws:iam::123456789012:role/acme-break-glass\") }"
    error_message = "The filter looks for something else."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.break_glass[0].metric_name == "acme-break-glass" && aws_cloudwatch_metric_alarm.break_glass[0].threshold == 1 && aws_cloudwatch_metric_alarm.break_glass[0].period == 60 && aws_cloudwatch_metric_alarm.break_glass[0].alarm_actions == toset(["arn:aws:sns:us-east-1:123456789012:acme-alerts"])
    error_message = "Nobody hears of it."
  }
}

run "govcloud" {
  command = plan

  variables {
    partition      = "aws-us-gov"
    saml_providers = { idp = {} }
    roles          = { people = { policies = ["ReadOnlyAccess"], saml = { provider = "idp" } } }
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this["people"].assume_role_policy).Statement).Condition == { StringEquals = { "SAML:aud" = ["https://signin.amazonaws-us-gov.com/saml"] } } && one(jsondecode(aws_iam_role.this["people"].assume_role_policy).Statement).Principal == { Federated = ["arn:aws-us-gov:iam::123456789012:saml-provider/idp"] } && aws_iam_role_policy_attachment.support[0].policy_arn == "arn:aws-us-gov:iam::aws:policy/AWSSupportAccess" && output.switch_role_urls.acme-support == "https://signin.amazonaws-us-gov.com/switchrole?account=123456789012&roleName=acme-support"
    error_message = "ARNs and hosts are the partition's."
  }
}

run "china" {
  command = plan

  variables {
    partition      = "aws-cn"
    saml_providers = { idp = {} }
    roles          = { people = { policies = ["ReadOnlyAccess"], saml = { provider = "idp" } } }
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this["people"].assume_role_policy).Statement).Condition == { StringEquals = { "SAML:aud" = ["https://signin.amazonaws.cn/saml"] } } && aws_iam_group_policy_attachment.this["billing-Billing"].policy_arn == "arn:aws-cn:iam::aws:policy/job-function/Billing"
    error_message = "ARNs and hosts are the partition's."
  }
}
