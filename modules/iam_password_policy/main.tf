# IAM has no partial update: what is left out of a request falls back to AWS's default, so that all of it stands here.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = var.minimum_length
  password_reuse_prevention      = var.reuse_prevention
  max_password_age               = var.max_age_days
  hard_expiry                    = var.hard_expiry
  require_lowercase_characters   = var.require_lowercase
  require_uppercase_characters   = var.require_uppercase
  require_numbers                = var.require_numbers
  require_symbols                = var.require_symbols
  allow_users_to_change_password = var.users_may_change
}
