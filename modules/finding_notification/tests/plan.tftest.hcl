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
  account_id  = "123456789012"
  partition   = "aws"
  region      = "eu-central-1"
  name_prefix = "acme"
  addresses   = ["security@example.com", "ops@example.com"]
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_cloudwatch_event_bus.this.name == "acme-findings" && aws_cloudwatch_event_rule.this.event_bus_name == "acme-findings" && aws_cloudwatch_event_target.topic.event_bus_name == "acme-findings" && aws_sns_topic.this.name == "acme-findings"
    error_message = "Bus, rule and topic are named after the prefix, and the rule is the bus's own."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this.event_pattern) == { source = ["aws.access-analyzer"] }
    error_message = "All findings that the regions send are told."
  }

  assert {
    condition     = alltrue([for name in keys(one(aws_cloudwatch_event_target.topic.input_transformer).input_paths) : strcontains(one(aws_cloudwatch_event_target.topic.input_transformer).input_template, "<${name}>")])
    error_message = "Each path of the transformer stands in the text."
  }

  assert {
    condition     = alltrue([for line in split("\n", trimspace(one(aws_cloudwatch_event_target.topic.input_transformer).input_template)) : can(jsondecode(line))])
    error_message = "Each line of the text is a JSON string."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.this.assume_role_policy).Statement) == { Action = "sts:AssumeRole", Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:events:*:123456789012:rule/*" }, StringEquals = { "aws:SourceAccount" = "123456789012" } }, Effect = "Allow", Principal = { Service = "events.amazonaws.com" } }
    error_message = "EventBridge alone takes the role, for rules of this account."
  }

  assert {
    condition     = one(jsondecode(aws_iam_role_policy.this.policy).Statement) == { Action = "events:PutEvents", Effect = "Allow", Resource = "arn:aws:events:eu-central-1:123456789012:event-bus/acme-findings" }
    error_message = "The role sends to this bus, and does nothing else."
  }

  assert {
    condition     = output.bus_arn == "arn:aws:events:eu-central-1:123456789012:event-bus/acme-findings" && output.role_arn == "arn:aws:iam::123456789012:role/acme-findings"
    error_message = "It is known at plan where the findings go."
  }

  assert {
    condition     = join(",", sort(keys(aws_sns_topic_subscription.email))) == "ops@example.com,security@example.com" && alltrue([for s in aws_sns_topic_subscription.email : s.protocol == "email"]) && length(output.pending_confirmations) == 2
    error_message = "Each address is subscribed, and has to confirm."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Allow"]).Principal.Service == "events.amazonaws.com" && one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Allow"]).Action == "sns:Publish" && one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Allow"]).Resource == "arn:aws:sns:eu-central-1:123456789012:acme-findings"
    error_message = "EventBridge alone may publish, to this topic alone."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Deny"]).Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "Nobody publishes without TLS."
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && aws_sns_topic.this.kms_master_key_id == null && length(aws_lambda_permission.this) == 0 && length(aws_cloudwatch_event_target.function) == 0
    error_message = "No key and no function unless one is asked for."
  }
}

run "every_option" {
  command = plan

  variables {
    name       = "told"
    kms        = { create = true, deletion_window_days = 7 }
    lambda_arn = "arn:aws:lambda:eu-central-1:123456789012:function:triage"
  }

  assert {
    condition     = aws_cloudwatch_event_bus.this.name == "told" && aws_iam_role.this.name == "told" && aws_kms_alias.this[0].name == "alias/told"
    error_message = "The name is everywhere."
  }

  assert {
    condition     = aws_cloudwatch_event_target.function[0].arn == "arn:aws:lambda:eu-central-1:123456789012:function:triage" && aws_cloudwatch_event_target.function[0].event_bus_name == "told" && aws_lambda_permission.this[0].principal == "events.amazonaws.com" && aws_lambda_permission.this[0].action == "lambda:InvokeFunction"
    error_message = "The function is told, and lets EventBridge invoke it."
  }

  assert {
    condition     = aws_kms_key.this[0].deletion_window_in_days == 7 && aws_kms_key.this[0].enable_key_rotation && one([for s in jsondecode(data.aws_iam_policy_document.key[0].json).Statement : s if s.Sid == "AllowEventBridgeToEncrypt"]).Principal.Service == "events.amazonaws.com" && join(",", one([for s in jsondecode(data.aws_iam_policy_document.key[0].json).Statement : s if s.Sid == "AllowEventBridgeToEncrypt"]).Action) == "kms:GenerateDataKey*,kms:Decrypt"
    error_message = "The key rotates, and EventBridge may use it."
  }
}

run "govcloud" {
  command = plan

  variables {
    partition  = "aws-us-gov"
    region     = "us-gov-west-1"
    lambda_arn = "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:triage"
    kms        = { key_arn = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Allow"]).Resource == "arn:aws-us-gov:sns:us-gov-west-1:123456789012:acme-findings" && one(jsondecode(aws_iam_role_policy.this.policy).Statement).Resource == "arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/acme-findings" && output.role_arn == "arn:aws-us-gov:iam::123456789012:role/acme-findings" && aws_sns_topic.this.kms_master_key_id == "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    error_message = "ARNs are the partition's."
  }
}
