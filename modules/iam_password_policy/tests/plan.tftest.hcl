# The real provider with made-up credentials: planning calls nothing.
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_iam_account_password_policy.this.minimum_password_length == 14 && aws_iam_account_password_policy.this.password_reuse_prevention == 24
    error_message = "14 characters, and none of the last 24 passwords."
  }

  assert {
    condition     = !output.expire_passwords && !aws_iam_account_password_policy.this.hard_expiry && aws_iam_account_password_policy.this.allow_users_to_change_password
    error_message = "Nobody is locked out, and users change their own passwords."
  }

  assert {
    condition     = !aws_iam_account_password_policy.this.require_lowercase_characters && !aws_iam_account_password_policy.this.require_uppercase_characters && !aws_iam_account_password_policy.this.require_numbers && !aws_iam_account_password_policy.this.require_symbols
    error_message = "No kind of character is asked for."
  }
}

run "every_option" {
  command = plan

  variables {
    minimum_length    = 20
    reuse_prevention  = 5
    max_age_days      = 90
    hard_expiry       = true
    require_lowercase = true
    require_uppercase = true
    require_numbers   = true
    require_symbols   = true
    users_may_change  = false
  }

  assert {
    condition     = aws_iam_account_password_policy.this.minimum_password_length == 20 && aws_iam_account_password_policy.this.password_reuse_prevention == 5 && aws_iam_account_password_policy.this.max_password_age == 90
    error_message = "The numbers are taken as written."
  }

  assert {
    condition     = output.expire_passwords && aws_iam_account_password_policy.this.hard_expiry && !aws_iam_account_password_policy.this.allow_users_to_change_password
    error_message = "An expired password locks its user out."
  }

  assert {
    condition     = aws_iam_account_password_policy.this.require_lowercase_characters && aws_iam_account_password_policy.this.require_uppercase_characters && aws_iam_account_password_policy.this.require_numbers && aws_iam_account_password_policy.this.require_symbols
    error_message = "Every kind of character is asked for."
  }
}
