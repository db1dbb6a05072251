# The real provider with made-up credentials: planning calls nothing, and policies come out as AWS would get them.
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "eu-central-1"
  name_prefix = "acme"
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "acme-cloudtrail" && aws_cloudwatch_log_group.this.retention_in_days == 365 && aws_cloudwatch_log_group.this.log_group_class == "STANDARD"
    error_message = "The log group is named after the prefix, keeps a year and can carry metric filters."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == null && length(aws_kms_key.this) + length(aws_kms_alias.this) == 0 && output.kms_key_arn == null
    error_message = "No key is made."
  }

  # Whoever counts on the name, as the trail does, decides while planning.
  assert {
    condition     = output.name == "acme-cloudtrail"
    error_message = "The name is known when planning."
  }
}

# No plan shows a lifecycle, so the text has to: what stands in a resource up to the brace that ends it.
run "protection" {
  command = plan

  assert {
    condition = alltrue([for type in ["aws_cloudwatch_log_group", "aws_kms_key"] :
      anytrue([for text in split("\n}\n", file("${path.module}/main.tf")) : strcontains(text, "resource \"${type}\" \"this\" {") && strcontains(text, "\n  lifecycle {\n    # plinth:prevent_destroy var.prevent_destroy\n  }")])
    ])
    error_message = "plinth finds where to protect the log group and the key."
  }
}

run "own_name_for_ever" {
  command = plan

  variables {
    name           = "/audit/trail"
    retention_days = 0
  }

  assert {
    condition     = output.name == "/audit/trail" && aws_cloudwatch_log_group.this.retention_in_days == 0
    error_message = "The name is taken as written, and events never expire."
  }
}

run "key_made_here" {
  command = plan

  variables {
    kms = { create = true, deletion_window_days = 10 }
  }

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_key.this[0].deletion_window_in_days == 10 && aws_kms_alias.this[0].name == "alias/acme-log-group"
    error_message = "The key rotates and has an alias."
  }

  assert {
    condition = jsonencode(jsondecode(aws_kms_key.this[0].policy)) == jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "AllowAccountIAM"
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::123456789012:root" }
          Action    = "kms:*"
          Resource  = "*"
        },
        {
          Sid       = "AllowCloudWatchLogs"
          Effect    = "Allow"
          Principal = { Service = "logs.eu-central-1.amazonaws.com" }
          Action    = ["kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Encrypt*", "kms:Describe*", "kms:Decrypt*"]
          Resource  = "*"
          Condition = { ArnEquals = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:eu-central-1:123456789012:log-group:acme-cloudtrail" } }
        },
      ]
    })
    error_message = "The key policy lets CloudWatch Logs use the key for this log group only."
  }
}

run "key_in_china" {
  command = plan

  variables {
    partition = "aws-cn"
    region    = "cn-north-1"
    kms       = { create = true }
  }

  assert {
    condition     = jsondecode(aws_kms_key.this[0].policy).Statement[1].Principal.Service == "logs.cn-north-1.amazonaws.com.cn" && !strcontains(aws_kms_key.this[0].policy, "arn:aws:")
    error_message = "China has its own DNS suffix, and every ARN carries the partition."
  }
}

run "key_given" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:eu-central-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == "arn:aws:kms:eu-central-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab" && output.kms_key_arn == aws_cloudwatch_log_group.this.kms_key_id && length(aws_kms_key.this) == 0
    error_message = "The given key is used, and none is made beside it."
  }
}
