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

run "nothing" {
  command = plan

  assert {
    condition     = length(aws_organizations_organization.this) + length(aws_iam_organizations_features.this) + length(aws_organizations_policy.custom) + length(aws_organizations_policy.deny_root_user) + length(aws_organizations_policy.deny_root_access_keys) + length(aws_organizations_policy.protect_trail) + length(aws_organizations_policy.deny_leaving) + length(aws_organizations_policy.restrict_regions) == 0
    error_message = "Nothing is made that nobody asked for."
  }
}

run "everything" {
  command = plan

  variables {
    manage_organization       = true
    service_access_principals = ["cloudtrail.amazonaws.com", "iam.amazonaws.com"]
    enabled_policy_types      = ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]
    root_access               = { manage_credentials = true, sessions = true }
    deny_root_user            = { targets = ["r-ab12"] }
    deny_root_access_keys     = { targets = ["ou-ab12-11111111"] }
    protect_trail             = { targets = ["r-ab12", "210987654321"], exempt_role_arns = ["arn:aws:iam::*:role/terraform"] }
    deny_leaving              = { targets = ["r-ab12"] }
    restrict_regions          = { targets = ["ou-ab12-11111111"], regions = ["eu-central-1", "us-east-1"], exempt_role_arns = ["arn:aws:iam::*:role/terraform"] }
    custom_policies = {
      quarantine = {
        description = "Accounts that are being looked into."
        content     = "{ \"Version\": \"2012-10-17\",\n  \"Statement\": [ { \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\" } ] }"
        targets     = ["ou-ab12-22222222", "111122223333"]
      }
    }
  }

  assert {
    condition     = aws_organizations_organization.this[0].feature_set == "ALL" && aws_organizations_organization.this[0].aws_service_access_principals == toset(["cloudtrail.amazonaws.com", "iam.amazonaws.com"]) && aws_organizations_organization.this[0].enabled_policy_types == toset(["SERVICE_CONTROL_POLICY", "TAG_POLICY"])
    error_message = "The organization is another."
  }

  assert {
    condition     = aws_iam_organizations_features.this[0].enabled_features == toset(["RootCredentialsManagement", "RootSessions"])
    error_message = "Root access is not centralized."
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.deny_root_user[0].json).Statement) == { Action = "*", Condition = { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::*:root" }, Null = { "aws:AssumedRoot" = "true" } }, Effect = "Deny", Resource = "*", Sid = "DenyRootUser" }
    error_message = "The root user can do something, or somebody else can't."
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.deny_root_access_keys[0].json).Statement) == { Action = "iam:CreateAccessKey", Condition = { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::*:root" } }, Effect = "Deny", Resource = "*", Sid = "DenyRootAccessKeys" }
    error_message = "The root user can have keys made, or somebody else can't."
  }

  assert {
    condition     = [for s in jsondecode(data.aws_iam_policy_document.protect_trail[0].json).Statement : s.Resource] == ["arn:aws:cloudtrail:*:*:trail/*", ["arn:aws:s3:::acme-cloudtrail-*/*", "arn:aws:s3:::acme-cloudtrail-*"]] && alltrue([for s in jsondecode(data.aws_iam_policy_document.protect_trail[0].json).Statement : s.Effect == "Deny" && s.Condition == { ArnNotLike = { "aws:PrincipalArn" = "arn:aws:iam::*:role/terraform" } }])
    error_message = "Other trails or buckets are protected, or from others."
  }

  assert {
    condition     = length(setsubtract(["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors"], jsondecode(data.aws_iam_policy_document.protect_trail[0].json).Statement[0].Action)) == 0 && length(setsubtract(["s3:DeleteBucket", "s3:PutBucketPolicy", "s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration"], jsondecode(data.aws_iam_policy_document.protect_trail[0].json).Statement[1].Action)) == 0
    error_message = "There is a way left to lose what the trail records."
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.deny_leaving[0].json).Statement) == { Action = "organizations:LeaveOrganization", Effect = "Deny", Resource = "*", Sid = "DenyLeaving" }
    error_message = "An account can leave."
  }

  assert {
    condition     = keys(one(jsondecode(data.aws_iam_policy_document.restrict_regions[0].json).Statement).Condition) == ["ArnNotLike", "StringNotEquals"] && one(jsondecode(data.aws_iam_policy_document.restrict_regions[0].json).Statement).Condition.ArnNotLike == { "aws:PrincipalArn" = "arn:aws:iam::*:role/terraform" } && toset(one(jsondecode(data.aws_iam_policy_document.restrict_regions[0].json).Statement).Condition.StringNotEquals["aws:RequestedRegion"]) == toset(["us-east-1", "eu-central-1"]) && one(jsondecode(data.aws_iam_policy_document.restrict_regions[0].json).Statement).Effect == "Deny" && contains(one(jsondecode(data.aws_iam_policy_document.restrict_regions[0].json).Statement).NotAction, "iam:*")
    error_message = "Other regions are denied, or to others."
  }

  assert {
    condition     = length(data.aws_iam_policy_document.restrict_regions[0].minified_json) < 2000 && length(data.aws_iam_policy_document.protect_trail[0].minified_json) < 1620
    error_message = "The policies have grown: the limits on their lists are to be looked at."
  }

  assert {
    condition     = aws_organizations_policy.custom["quarantine"].content == "{\"Statement\":[{\"Action\":\"*\",\"Effect\":\"Deny\",\"Resource\":\"*\"}],\"Version\":\"2012-10-17\"}" && aws_organizations_policy.custom["quarantine"].name == "acme-quarantine" && aws_organizations_policy.custom["quarantine"].description == "Accounts that are being looked into."
    error_message = "A policy of one's own is written without blanks."
  }

  assert {
    condition     = alltrue([for p in [aws_organizations_policy.deny_root_user[0], aws_organizations_policy.deny_root_access_keys[0], aws_organizations_policy.protect_trail[0], aws_organizations_policy.deny_leaving[0], aws_organizations_policy.restrict_regions[0], aws_organizations_policy.custom["quarantine"]] : p.type == "SERVICE_CONTROL_POLICY" && startswith(p.name, "acme-")])
    error_message = "They are service control policies, named after the prefix."
  }

  assert {
    condition     = keys(aws_organizations_policy_attachment.deny_root_user) == ["r-ab12"] && keys(aws_organizations_policy_attachment.deny_root_access_keys) == ["ou-ab12-11111111"] && keys(aws_organizations_policy_attachment.protect_trail) == ["210987654321", "r-ab12"] && keys(aws_organizations_policy_attachment.deny_leaving) == ["r-ab12"] && keys(aws_organizations_policy_attachment.restrict_regions) == ["ou-ab12-11111111"] && [for a in aws_organizations_policy_attachment.custom : a.target_id] == ["111122223333", "ou-ab12-22222222"]
    error_message = "A policy is attached elsewhere."
  }
}

run "no_exceptions" {
  command = plan

  variables {
    deny_root_user   = { targets = ["r-ab12"], allow_sessions = false }
    protect_trail    = { targets = ["r-ab12"], trail_names = ["acme-*"], bucket_names = ["acme-logs"] }
    restrict_regions = { targets = ["r-ab12"], regions = ["eu-central-1"], exempt_actions = ["iam:*", "organizations:*", "sts:*", "support:*"] }
    root_access      = { sessions = true }
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.deny_root_user[0].json).Statement).Condition == { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::*:root" } }
    error_message = "Sessions are let through."
  }

  assert {
    condition     = [for s in jsondecode(data.aws_iam_policy_document.protect_trail[0].json).Statement : s.Resource] == ["arn:aws:cloudtrail:*:*:trail/acme-*", ["arn:aws:s3:::acme-logs/*", "arn:aws:s3:::acme-logs"]] && alltrue([for s in jsondecode(data.aws_iam_policy_document.protect_trail[0].json).Statement : !can(s.Condition)])
    error_message = "Somebody is let through."
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.restrict_regions[0].json).Statement).Condition == { StringNotEquals = { "aws:RequestedRegion" = "eu-central-1" } } && toset(one(jsondecode(data.aws_iam_policy_document.restrict_regions[0].json).Statement).NotAction) == toset(["iam:*", "organizations:*", "sts:*", "support:*"])
    error_message = "Somebody or something is let through."
  }

  assert {
    condition     = aws_iam_organizations_features.this[0].enabled_features == toset(["RootSessions"]) && length(aws_organizations_organization.this) == 0
    error_message = "Only sessions, in an organization that is managed elsewhere."
  }
}

run "govcloud" {
  command = plan

  variables {
    partition      = "aws-us-gov"
    deny_root_user = { targets = ["r-ab12"] }
    protect_trail  = { targets = ["r-ab12"], exempt_role_arns = ["arn:aws-us-gov:iam::*:role/terraform"] }
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.deny_root_user[0].json).Statement).Condition.ArnLike["aws:PrincipalArn"] == "arn:aws-us-gov:iam::*:root" && jsondecode(data.aws_iam_policy_document.protect_trail[0].json).Statement[0].Resource == "arn:aws-us-gov:cloudtrail:*:*:trail/*"
    error_message = "ARNs are the partition's."
  }
}
