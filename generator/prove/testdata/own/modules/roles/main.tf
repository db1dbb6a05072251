variable "prefix" {
  description = "Beginning of names."
  type        = string
}

variable "account_id" {
  description = "Id of the account."
  type        = string
}

variable "bucket_arns" {
  description = "Buckets that roles may read."
  type        = list(string)
}

variable "roles" {
  description = "Roles by name: who may assume them, from where, for how long."
  type = map(object({
    principals = list(string)
    external   = optional(string)
    hours      = optional(number, 1)
    managed    = optional(list(string), [])
    read       = optional(bool, false)
  }))
}

locals {
  attachments = { for pair in flatten([for name, role in var.roles : [for policy in role.managed : { role = name, policy = policy }]]) : "${pair.role}/${pair.policy}" => pair }
  readers     = toset([for name, role in var.roles : name if role.read])
}

resource "aws_iam_role" "this" {
  for_each = var.roles

  name                 = join("-", compact([var.prefix, each.key]))
  max_session_duration = each.value.hours * 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = [for id in each.value.principals : length(regexall("^[0-9]{12}$", id)) > 0 ? "arn:aws:iam::${id}:root" : id] }
      Condition = each.value.external == null ? {} : { StringEquals = { "sts:ExternalId" = each.value.external } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.attachments

  role       = aws_iam_role.this[each.value.role].name
  policy_arn = "arn:aws:iam::aws:policy/${each.value.policy}"
}

resource "aws_iam_role_policy" "read" {
  for_each = local.readers

  name   = "read"
  role   = aws_iam_role.this[each.value].id
  policy = templatefile("${path.module}/policies/read.json.tftpl", { arns = var.bucket_arns })
}

output "arns" {
  description = "ARNs of the roles."
  value       = values(aws_iam_role.this)[*].arn
}
