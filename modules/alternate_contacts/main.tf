resource "aws_account_alternate_contact" "security" {
  count = var.security == null ? 0 : 1

  alternate_contact_type = "SECURITY"
  name                   = var.security.name
  title                  = var.security.title
  email_address          = var.security.email
  phone_number           = var.security.phone
}

resource "aws_account_alternate_contact" "billing" {
  count = var.billing == null ? 0 : 1

  alternate_contact_type = "BILLING"
  name                   = var.billing.name
  title                  = var.billing.title
  email_address          = var.billing.email
  phone_number           = var.billing.phone
}

resource "aws_account_alternate_contact" "operations" {
  count = var.operations == null ? 0 : 1

  alternate_contact_type = "OPERATIONS"
  name                   = var.operations.name
  title                  = var.operations.title
  email_address          = var.operations.email
  phone_number           = var.operations.phone
}
