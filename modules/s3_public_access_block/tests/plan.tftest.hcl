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
  account_id = "123456789012"
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_s3_account_public_access_block.this.account_id == "123456789012" && aws_s3_account_public_access_block.this.block_public_acls && aws_s3_account_public_access_block.this.ignore_public_acls && aws_s3_account_public_access_block.this.block_public_policy && aws_s3_account_public_access_block.this.restrict_public_buckets && output.blocked
    error_message = "Everything is blocked."
  }
}

run "without_block_public_acls" {
  command = plan

  variables {
    block_public_acls = false
  }

  assert {
    condition     = !aws_s3_account_public_access_block.this.block_public_acls && aws_s3_account_public_access_block.this.ignore_public_acls && aws_s3_account_public_access_block.this.block_public_policy && aws_s3_account_public_access_block.this.restrict_public_buckets && !output.blocked
    error_message = "This one is off, and the others stay."
  }
}

run "without_ignore_public_acls" {
  command = plan

  variables {
    ignore_public_acls = false
  }

  assert {
    condition     = !aws_s3_account_public_access_block.this.ignore_public_acls && aws_s3_account_public_access_block.this.block_public_acls && aws_s3_account_public_access_block.this.block_public_policy && aws_s3_account_public_access_block.this.restrict_public_buckets && !output.blocked
    error_message = "This one is off, and the others stay."
  }
}

run "without_block_public_policy" {
  command = plan

  variables {
    block_public_policy = false
  }

  assert {
    condition     = !aws_s3_account_public_access_block.this.block_public_policy && aws_s3_account_public_access_block.this.block_public_acls && aws_s3_account_public_access_block.this.ignore_public_acls && aws_s3_account_public_access_block.this.restrict_public_buckets && !output.blocked
    error_message = "This one is off, and the others stay."
  }
}

run "without_restrict_public_buckets" {
  command = plan

  variables {
    restrict_public_buckets = false
  }

  assert {
    condition     = !aws_s3_account_public_access_block.this.restrict_public_buckets && aws_s3_account_public_access_block.this.block_public_acls && aws_s3_account_public_access_block.this.ignore_public_acls && aws_s3_account_public_access_block.this.block_public_policy && !output.blocked
    error_message = "This one is off, and the others stay."
  }
}

run "account_id_short" {
  command = plan

  variables {
    account_id = "12345678901"
  }

  expect_failures = [var.account_id]
}
