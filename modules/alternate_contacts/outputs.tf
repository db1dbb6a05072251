output "types" {
  description = "The contacts that are set: SECURITY, BILLING, OPERATIONS."
  value = concat(
    aws_account_alternate_contact.security[*].alternate_contact_type,
    aws_account_alternate_contact.billing[*].alternate_contact_type,
    aws_account_alternate_contact.operations[*].alternate_contact_type,
  )
}
