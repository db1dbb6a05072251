# The real provider with made-up credentials: planning calls nothing.
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  partition = "aws"
  alias     = "acme-prod"
}

run "alias" {
  command = plan

  assert {
    condition     = aws_iam_account_alias.this.account_alias == "acme-prod" && output.alias == "acme-prod"
    error_message = "The alias is taken as written."
  }

  assert {
    condition     = output.sign_in_url == "https://acme-prod.signin.aws.amazon.com/console"
    error_message = "The link leads to the account."
  }
}

run "govcloud" {
  command = plan

  variables {
    partition = "aws-us-gov"
  }

  assert {
    condition     = output.sign_in_url == "https://acme-prod.signin.amazonaws-us-gov.com/console"
    error_message = "GovCloud has its own sign-in page."
  }
}

run "china" {
  command = plan

  variables {
    partition = "aws-cn"
  }

  assert {
    condition     = output.sign_in_url == "https://acme-prod.signin.amazonaws.cn/console"
    error_message = "China has its own sign-in page."
  }
}
