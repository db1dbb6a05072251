locals {
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
  catalogue = {
    administrators = ["AdministratorAccess"]
    read_only      = ["ReadOnlyAccess"]
    billing        = ["job-function/Billing"]
    security_audit = ["SecurityAudit"]
  }

  groups = merge(
    { for name, policies in local.catalogue : name => policies if var.groups[name] },
    { for name, group in var.custom_groups : name => group.policies },
  )
  group_names = { for name in keys(local.groups) : name => "${var.name_prefix}-${replace(name, "_", "-")}" }

  # Policies are named as AWS names its own, or by ARN.
  group_policies = merge([
    for name, policies in local.groups : {
      for policy in policies : "${name}-${reverse(split("/", policy))[0]}" => {
        group = name
        arn   = split(":", policy)[0] == "arn" ? policy : "arn:${var.partition}:iam::aws:policy/${policy}"
      }
    }
  ]...)

  role_policies = merge([
    for name, role in var.roles : {
      for policy in role.policies : "${name}-${reverse(split("/", policy))[0]}" => {
        role = name
        arn  = split(":", policy)[0] == "arn" ? policy : "arn:${var.partition}:iam::aws:policy/${policy}"
      }
    }
  ]...)

  oidc_hosts = { for name, provider in var.oidc_providers : name => trimprefix(provider.url, "https://") }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
  sign_in_host = (
    var.partition == "aws-us-gov" ? "signin.amazonaws-us-gov.com" :
    var.partition == "aws-cn" ? "signin.amazonaws.cn" : "signin.aws.amazon.com"
  )

  has_groups       = length(local.groups) > 0
  enforces_mfa     = var.mfa.enforce && local.has_groups
  has_break_glass  = var.break_glass != null
  break_glass_name = "${var.name_prefix}-break-glass"
  break_glass_arn  = "arn:${var.partition}:iam::${var.account_id}:role/${local.break_glass_name}"
  support_name     = "${var.name_prefix}-support"
}

# Groups and users

resource "aws_iam_group" "this" {
  for_each = { for key, name in local.group_names : key => { name = name } }

  name = each.value.name
}

resource "aws_iam_group_policy_attachment" "this" {
  for_each = local.group_policies

  group      = aws_iam_group.this[each.value.group].name
  policy_arn = each.value.arn
}

# No password and no key: Terraform would keep either in its state.
resource "aws_iam_user" "this" {
  for_each = toset(keys(var.users))

  name          = each.key
  force_destroy = true # MFA devices and keys that people made would keep AWS from deleting the user
}

resource "aws_iam_user_group_membership" "this" {
  for_each = var.users

  user   = aws_iam_user.this[each.key].name
  groups = [for group in each.value.groups : local.group_names[group]]

  depends_on = [aws_iam_group.this]
}

# MFA

data "aws_iam_policy_document" "mfa" {
  count = local.enforces_mfa ? 1 : 0

  # What a person needs to get to MFA, and nothing of anybody else's.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
  statement {
    sid       = "AllowViewingAccountSettings"
    effect    = "Allow"
    actions   = ["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"]
    resources = ["*"]
  }

  statement {
    sid    = "AllowManagingOwnPasswordAndMFA"
    effect = "Allow"
    actions = [
      "iam:ChangePassword",
      "iam:DeactivateMFADevice",
      "iam:EnableMFADevice",
      "iam:GetMFADevice",
      "iam:GetUser",
      "iam:ListMFADevices",
      "iam:ResyncMFADevice",
    ]
    resources = ["arn:${var.partition}:iam::${var.account_id}:user/&{aws:username}"]
  }

  statement {
    sid       = "AllowMakingMFADevices"
    effect    = "Allow"
    actions   = ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"]
    resources = ["arn:${var.partition}:iam::${var.account_id}:mfa/*"]
  }

  # IfExists: requests by access keys don't have this key at all, and with Bool alone they would pass.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
  statement {
    sid    = "DenyAllButGettingToMFA"
    effect = "Deny"
    not_actions = concat(
      [
        "iam:CreateVirtualMFADevice",
        "iam:EnableMFADevice",
        "iam:GetMFADevice",
        "iam:GetUser",
        "iam:ListMFADevices",
        "iam:ListVirtualMFADevices",
        "iam:ResyncMFADevice",
        "sts:GetSessionToken",
      ],
      var.mfa.allow_first_password_change ? ["iam:ChangePassword", "iam:GetAccountPasswordPolicy"] : [],
    )
    resources = ["*"]

    condition {
      test     = "BoolIfExists"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["false"]
    }
  }
}

resource "aws_iam_policy" "mfa" {
  count = local.enforces_mfa ? 1 : 0

  name        = "${var.name_prefix}-require-mfa"
  description = "Without MFA its users can do nothing but get to MFA."
  policy      = data.aws_iam_policy_document.mfa[0].json
}

resource "aws_iam_group_policy_attachment" "mfa" {
  for_each = { for key in keys(local.groups) : key => { group = key } if local.enforces_mfa }

  group      = aws_iam_group.this[each.value.group].name
  policy_arn = aws_iam_policy.mfa[0].arn
}

# Identity providers

resource "aws_iam_openid_connect_provider" "this" {
  for_each = { for name, provider in var.oidc_providers : name => provider if provider.create }

  url             = each.value.url
  client_id_list  = each.value.client_ids
  thumbprint_list = length(each.value.thumbprints) > 0 ? each.value.thumbprints : null
}

resource "aws_iam_saml_provider" "this" {
  for_each = { for name, provider in var.saml_providers : name => provider if provider.metadata != null }

  name                   = each.key
  saml_metadata_document = each.value.metadata
}

# Roles

resource "aws_iam_role" "this" {
  for_each = var.roles

  name                 = each.key
  description          = each.value.description
  max_session_duration = each.value.session_hours * 3600
  permissions_boundary = each.value.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = each.value.oidc != null ? "sts:AssumeRoleWithWebIdentity" : each.value.saml != null ? "sts:AssumeRoleWithSAML" : "sts:AssumeRole"
      Principal = {
        for kind, ids in {
          AWS = concat([for id in each.value.trusted_accounts : "arn:${var.partition}:iam::${id}:root"], each.value.trusted_arns)
          Federated = concat(
            each.value.oidc == null ? [] : ["arn:${var.partition}:iam::${var.account_id}:oidc-provider/${try(local.oidc_hosts[each.value.oidc.provider], "")}"],
            each.value.saml == null ? [] : ["arn:${var.partition}:iam::${var.account_id}:saml-provider/${try(each.value.saml.provider, "")}"],
          )
        } : kind => ids if length(ids) > 0
      }
      # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
      Condition = {
        for test, keys in {
          Bool = { for key in ["aws:MultiFactorAuthPresent"] : key => "true"
          if length(each.value.trusted_accounts) + length(each.value.trusted_arns) > 0 && (each.value.require_mfa == null ? each.value.external_id == null : each.value.require_mfa) }
          StringEquals = merge(
            { for id in each.value.external_id == null ? [] : [each.value.external_id] : "sts:ExternalId" => [id] },
            { for oidc in each.value.oidc == null ? [] : [each.value.oidc] : "${try(local.oidc_hosts[oidc.provider], "")}:aud" => try(var.oidc_providers[oidc.provider].client_ids, []) },
            { for saml in each.value.saml == null ? [] : [each.value.saml] : "SAML:aud" => ["https://${local.sign_in_host}/saml"] },
          )
          StringLike = { for oidc in each.value.oidc == null ? [] : [each.value.oidc] : "${try(local.oidc_hosts[oidc.provider], "")}:sub" => oidc.subjects }
        } : test => keys if length(keys) > 0
      }
    }]
  })

  depends_on = [aws_iam_openid_connect_provider.this, aws_iam_saml_provider.this]
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.role_policies

  role       = aws_iam_role.this[each.value.role].name
  policy_arn = each.value.arn
}

# Somebody has to be able to open cases with AWS.
data "aws_iam_policy_document" "support" {
  count = var.support_role ? 1 : 0

  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.partition}:iam::${var.account_id}:root"]
    }

    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }
  }
}

resource "aws_iam_role" "support" {
  count = var.support_role ? 1 : 0

  name               = local.support_name
  description        = "Manages cases with AWS Support."
  assume_role_policy = data.aws_iam_policy_document.support[0].json
}

# https://docs.aws.amazon.com/awssupport/latest/user/accessing-support.html
resource "aws_iam_role_policy_attachment" "support" {
  count = var.support_role ? 1 : 0

  role       = aws_iam_role.support[0].name
  policy_arn = "arn:${var.partition}:iam::aws:policy/AWSSupportAccess"
}

# For the day on which nothing else works

data "aws_iam_policy_document" "break_glass" {
  count = local.has_break_glass ? 1 : 0

  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = var.break_glass.trusted_arns
    }

    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }

    # The MFA is of this hour, in seconds.
    condition {
      test     = "NumericLessThan"
      variable = "aws:MultiFactorAuthAge"
      values   = ["3600"]
    }
  }
}

resource "aws_iam_role" "break_glass" {
  count = local.has_break_glass ? 1 : 0

  name                 = local.break_glass_name
  description          = "Every right, for an emergency. Its use raises an alarm."
  max_session_duration = var.break_glass.session_hours * 3600
  assume_role_policy   = data.aws_iam_policy_document.break_glass[0].json
}

resource "aws_iam_role_policy_attachment" "break_glass" {
  count = local.has_break_glass ? 1 : 0

  role       = aws_iam_role.break_glass[0].name
  policy_arn = "arn:${var.partition}:iam::aws:policy/AdministratorAccess"
}

# The trail records AssumeRole in whichever region it is called, failed calls among them.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
resource "aws_cloudwatch_log_metric_filter" "break_glass" {
  count = local.has_break_glass ? 1 : 0

  name           = local.break_glass_name
  log_group_name = var.log_group_name
  pattern        = "{ ($.eventSource = \"sts.amazonaws.com\") && ($.eventName = \"AssumeRole\") && ($.requestParameters.roleArn = \"${local.break_glass_arn}\") }"

  metric_transformation {
    name      = local.break_glass_name
    namespace = "CISBenchmark"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "break_glass" {
  count = local.has_break_glass ? 1 : 0

  alarm_name        = local.break_glass_name
  alarm_description = "Somebody took role ${local.break_glass_name} of account ${var.account_id}, or tried to: ask who and why."

  namespace           = "CISBenchmark"
  metric_name         = aws_cloudwatch_log_metric_filter.break_glass[0].metric_transformation[0].name
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
}
