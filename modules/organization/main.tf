locals {
  root_arn = "arn:${var.partition}:iam::*:root"

  deny_root_user        = var.deny_root_user != null
  deny_root_access_keys = var.deny_root_access_keys != null
  protect_trail         = var.protect_trail != null
  deny_leaving          = var.deny_leaving != null
  restrict_regions      = var.restrict_regions != null

  root_features = concat(
    var.root_access.manage_credentials ? ["RootCredentialsManagement"] : [],
    var.root_access.sessions ? ["RootSessions"] : [],
  )
  root_features_on = length(local.root_features) > 0
}

# An organization can only be made once, and is there already where anything else of this makes sense: import it.
resource "aws_organizations_organization" "this" {
  count = var.manage_organization ? 1 : 0

  feature_set                   = "ALL"
  aws_service_access_principals = var.service_access_principals
  enabled_policy_types          = var.enabled_policy_types

  # Destroying it would dissolve the organization.
  lifecycle {
    prevent_destroy = true
  }
}

# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html
resource "aws_iam_organizations_features" "this" {
  count = local.root_features_on ? 1 : 0

  enabled_features = local.root_features

  # It needs trusted access for iam.amazonaws.com.
  depends_on = [aws_organizations_organization.this]
}

# The root user

data "aws_iam_policy_document" "deny_root_user" {
  count = local.deny_root_user ? 1 : 0

  statement {
    sid       = "DenyRootUser"
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]

    condition {
      test     = "ArnLike"
      variable = "aws:PrincipalArn"
      values   = [local.root_arn]
    }

    # The short sessions of AssumeRoot, by which a central account does what only root can, carry this key:
    # https://github.com/aws-samples/service-control-policy-examples, Privileged-access-controls
    dynamic "condition" {
      for_each = var.deny_root_user.allow_sessions ? [1] : []

      content {
        test     = "Null"
        variable = "aws:AssumedRoot"
        values   = ["true"]
      }
    }
  }
}

resource "aws_organizations_policy" "deny_root_user" {
  count = local.deny_root_user ? 1 : 0

  name        = "${var.name_prefix}-deny-root-user"
  description = "The root user of member accounts can do nothing."
  type        = "SERVICE_CONTROL_POLICY"
  content     = data.aws_iam_policy_document.deny_root_user[0].minified_json

  # Policies of a type that isn't enabled are refused.
  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "deny_root_user" {
  for_each = toset(try(var.deny_root_user.targets, []))

  policy_id = aws_organizations_policy.deny_root_user[0].id
  target_id = each.value
}

data "aws_iam_policy_document" "deny_root_access_keys" {
  count = local.deny_root_access_keys ? 1 : 0

  # https://docs.aws.amazon.com/controltower/latest/controlreference/strongly-recommended-controls.html
  statement {
    sid       = "DenyRootAccessKeys"
    effect    = "Deny"
    actions   = ["iam:CreateAccessKey"]
    resources = ["*"]

    condition {
      test     = "ArnLike"
      variable = "aws:PrincipalArn"
      values   = [local.root_arn]
    }
  }
}

resource "aws_organizations_policy" "deny_root_access_keys" {
  count = local.deny_root_access_keys ? 1 : 0

  name        = "${var.name_prefix}-deny-root-access-keys"
  description = "The root user of member accounts can't have access keys made."
  type        = "SERVICE_CONTROL_POLICY"
  content     = data.aws_iam_policy_document.deny_root_access_keys[0].minified_json

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "deny_root_access_keys" {
  for_each = toset(try(var.deny_root_access_keys.targets, []))

  policy_id = aws_organizations_policy.deny_root_access_keys[0].id
  target_id = each.value
}

# The trail

data "aws_iam_policy_document" "protect_trail" {
  count = local.protect_trail ? 1 : 0

  # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
  statement {
    sid    = "ProtectTrail"
    effect = "Deny"
    actions = [
      "cloudtrail:DeleteTrail",
      "cloudtrail:PutEventSelectors",
      "cloudtrail:PutInsightSelectors",
      "cloudtrail:StopLogging",
      "cloudtrail:UpdateTrail",
    ]
    resources = [for name in var.protect_trail.trail_names : "arn:${var.partition}:cloudtrail:*:*:trail/${name}"]

    dynamic "condition" {
      for_each = length(var.protect_trail.exempt_role_arns) > 0 ? [1] : []

      content {
        test     = "ArnNotLike"
        variable = "aws:PrincipalArn"
        values   = var.protect_trail.exempt_role_arns
      }
    }
  }

  # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
  statement {
    sid    = "ProtectTrailBucket"
    effect = "Deny"
    actions = [
      "s3:BypassGovernanceRetention",
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:PutBucketAcl",
      "s3:PutBucketLogging",
      "s3:PutBucketObjectLockConfiguration",
      "s3:PutBucketOwnershipControls",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketVersioning",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
    ]
    resources = flatten([
      for name in coalesce(var.protect_trail.bucket_names, ["${var.name_prefix}-cloudtrail-*"]) : [
        "arn:${var.partition}:s3:::${name}",
        "arn:${var.partition}:s3:::${name}/*",
      ]
    ])

    dynamic "condition" {
      for_each = length(var.protect_trail.exempt_role_arns) > 0 ? [1] : []

      content {
        test     = "ArnNotLike"
        variable = "aws:PrincipalArn"
        values   = var.protect_trail.exempt_role_arns
      }
    }
  }
}

resource "aws_organizations_policy" "protect_trail" {
  count = local.protect_trail ? 1 : 0

  name        = "${var.name_prefix}-protect-trail"
  description = "Nobody stops, changes or empties the trails of member accounts."
  type        = "SERVICE_CONTROL_POLICY"
  content     = data.aws_iam_policy_document.protect_trail[0].minified_json

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "protect_trail" {
  for_each = toset(try(var.protect_trail.targets, []))

  policy_id = aws_organizations_policy.protect_trail[0].id
  target_id = each.value
}

# The organization

data "aws_iam_policy_document" "deny_leaving" {
  count = local.deny_leaving ? 1 : 0

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
  statement {
    sid       = "DenyLeaving"
    effect    = "Deny"
    actions   = ["organizations:LeaveOrganization"]
    resources = ["*"]
  }
}

resource "aws_organizations_policy" "deny_leaving" {
  count = local.deny_leaving ? 1 : 0

  name        = "${var.name_prefix}-deny-leaving"
  description = "Member accounts can't leave the organization."
  type        = "SERVICE_CONTROL_POLICY"
  content     = data.aws_iam_policy_document.deny_leaving[0].minified_json

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "deny_leaving" {
  for_each = toset(try(var.deny_leaving.targets, []))

  policy_id = aws_organizations_policy.deny_leaving[0].id
  target_id = each.value
}

# Regions

data "aws_iam_policy_document" "restrict_regions" {
  count = local.restrict_regions ? 1 : 0

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
  statement {
    sid         = "RestrictRegions"
    effect      = "Deny"
    not_actions = var.restrict_regions.exempt_actions
    resources   = ["*"]

    condition {
      test     = "StringNotEquals"
      variable = "aws:RequestedRegion"
      values   = var.restrict_regions.regions
    }

    dynamic "condition" {
      for_each = length(var.restrict_regions.exempt_role_arns) > 0 ? [1] : []

      content {
        test     = "ArnNotLike"
        variable = "aws:PrincipalArn"
        values   = var.restrict_regions.exempt_role_arns
      }
    }
  }
}

resource "aws_organizations_policy" "restrict_regions" {
  count = local.restrict_regions ? 1 : 0

  name        = "${var.name_prefix}-restrict-regions"
  description = "Member accounts use no other region than ${join(", ", var.restrict_regions.regions)}."
  type        = "SERVICE_CONTROL_POLICY"
  content     = data.aws_iam_policy_document.restrict_regions[0].minified_json

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "restrict_regions" {
  for_each = toset(try(var.restrict_regions.targets, []))

  policy_id = aws_organizations_policy.restrict_regions[0].id
  target_id = each.value
}

# Policies of one's own

resource "aws_organizations_policy" "custom" {
  for_each = var.custom_policies

  name        = "${var.name_prefix}-${each.key}"
  description = each.value.description
  type        = "SERVICE_CONTROL_POLICY"
  content     = jsonencode(jsondecode(each.value.content)) # without the blanks, which count

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "custom" {
  for_each = merge([
    for name, policy in var.custom_policies : {
      for target in policy.targets : "${name}-${target}" => { policy = name, target = target }
    }
  ]...)

  policy_id = aws_organizations_policy.custom[each.value.policy].id
  target_id = each.value.target
}
