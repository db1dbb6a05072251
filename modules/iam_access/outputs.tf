output "role_arns" {
  description = "The ARNs of the roles, by name."
  value = merge(
    { for name in keys(var.roles) : name => "arn:${var.partition}:iam::${var.account_id}:role/${name}" },
    { for name in var.support_role ? [local.support_name] : [] : name => "arn:${var.partition}:iam::${var.account_id}:role/${name}" },
    { for name in local.has_break_glass ? [local.break_glass_name] : [] : name => local.break_glass_arn },
  )
}

output "switch_role_urls" {
  description = "Where a person who has signed in elsewhere switches to a role, by the role's name."
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
  value = {
    for name in concat(
      [for name, role in var.roles : name if role.oidc == null && role.saml == null],
      var.support_role ? [local.support_name] : [],
      local.has_break_glass ? [local.break_glass_name] : [],
    ) : name => "https://${local.sign_in_host}/switchrole?account=${var.account_id}&roleName=${urlencode(name)}"
  }
}

output "group_names" {
  description = "The names of the groups in IAM, by what the spec calls them."
  value       = local.group_names
}
