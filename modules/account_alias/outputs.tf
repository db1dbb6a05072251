output "alias" {
  description = "The alias."
  value       = aws_iam_account_alias.this.account_alias
}

output "sign_in_url" {
  description = "Where the account's IAM users sign in to the console."
  value       = "https://${var.alias}.${local.sign_in_domains[var.partition]}/console"
}
