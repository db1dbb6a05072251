locals {
  statements = concat(
    var.deny_http ? [{
      sid       = "TLS"
      effect    = "Deny"
      actions   = ["s3:*"]
      principal = "*"
      condition = { Bool = { "aws:SecureTransport" = "false" } }
    }] : [],
    length(var.writers) > 0 ? [{
      sid       = "Writers"
      effect    = "Allow"
      actions   = ["s3:PutObject", "s3:PutObjectTagging"]
      principal = { AWS = var.writers }
      condition = {}
    }] : [],
  )

  # One rule for each storage class, too, as an inventory.
  classes = distinct(flatten([for name, rule in var.lifecycle_rules : [for class, days in rule.transitions : upper(class) if days > 0]]))
}

resource "aws_s3_bucket" "this" {
  count = var.create ? 1 : 0

  bucket = var.name
  tags   = merge(var.tags, { classes = join(" ", local.classes) })
}

resource "aws_s3_bucket_versioning" "this" {
  count = var.create && var.versioning ? 1 : 0

  bucket = aws_s3_bucket.this[0].id

  versioning_configuration {
    status = var.versioning ? "Enabled" : "Suspended"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = var.create && length(var.lifecycle_rules) > 0 ? 1 : 0

  bucket = aws_s3_bucket.this[count.index].id

  dynamic "rule" {
    for_each = var.lifecycle_rules

    content {
      id     = rule.key
      status = "Enabled"

      filter {
        prefix = rule.value.prefix != null ? rule.value.prefix : ""
      }

      dynamic "expiration" {
        for_each = rule.value.days[*]

        content {
          days = expiration.value
        }
      }

      dynamic "transition" {
        for_each = { for class, days in rule.value.transitions : class => days if days != 0 }

        content {
          days          = transition.value
          storage_class = upper(transition.key)
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_cors_configuration" "this" {
  count = var.create && length(keys(var.cors)) > 0 ? 1 : 0

  bucket = try(aws_s3_bucket.this[0].id, "")

  dynamic "cors_rule" {
    for_each = var.cors
    iterator = method

    content {
      allowed_methods = [upper(method.key)]
      allowed_origins = [for origin in method.value : format("https://%s", trimprefix(origin, "https://"))]
      max_age_seconds = lookup({ get = 3000, put = 600 }, lower(method.key), 60)
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  count = var.create && length(local.statements) > 0 ? 1 : 0

  bucket = aws_s3_bucket.this[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for s in local.statements : merge({
      Sid       = s.sid
      Effect    = s.effect
      Action    = s.actions
      Principal = s.principal
      Resource  = [aws_s3_bucket.this[0].arn, "${aws_s3_bucket.this[0].arn}/*"]
    }, length(keys(s.condition)) > 0 ? { Condition = s.condition } : {})]
  })
}
