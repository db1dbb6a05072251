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
  security  = { name = "Security team", title = "Security", email = "security@example.com", phone = "+49 30 123456" }
}

run "security_only" {
  command = plan

  assert {
    condition     = aws_account_alternate_contact.security[0].alternate_contact_type == "SECURITY" && aws_account_alternate_contact.security[0].name == "Security team" && aws_account_alternate_contact.security[0].title == "Security" && aws_account_alternate_contact.security[0].email_address == "security@example.com" && aws_account_alternate_contact.security[0].phone_number == "+49 30 123456"
    error_message = "The contact is taken as written."
  }

  assert {
    condition     = length(aws_account_alternate_contact.billing) == 0 && length(aws_account_alternate_contact.operations) == 0 && join(",", output.types) == "SECURITY"
    error_message = "The others stay as they are."
  }
}

run "all" {
  command = plan

  variables {
    billing    = { name = "Ada", title = "Accounting", email = "billing@example.com", phone = "1" }
    operations = { name = "Bob", title = "Operations", email = "ops@example.com", phone = "2" }
  }

  assert {
    condition     = aws_account_alternate_contact.billing[0].alternate_contact_type == "BILLING" && aws_account_alternate_contact.billing[0].name == "Ada" && aws_account_alternate_contact.billing[0].title == "Accounting" && aws_account_alternate_contact.billing[0].email_address == "billing@example.com" && aws_account_alternate_contact.billing[0].phone_number == "1"
    error_message = "Billing is taken as written."
  }

  assert {
    condition     = aws_account_alternate_contact.operations[0].alternate_contact_type == "OPERATIONS" && aws_account_alternate_contact.operations[0].name == "Bob" && aws_account_alternate_contact.operations[0].title == "Operations" && aws_account_alternate_contact.operations[0].email_address == "ops@example.com" && aws_account_alternate_contact.operations[0].phone_number == "2"
    error_message = "Operations is taken as written."
  }

  assert {
    condition     = join(",", output.types) == "SECURITY,BILLING,OPERATIONS"
    error_message = "All three are set."
  }
}
