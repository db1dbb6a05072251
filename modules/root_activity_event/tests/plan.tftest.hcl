# The real provider with made-up credentials: planning calls nothing.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "us-east-1"
  name_prefix = "acme"
  addresses   = ["security@example.com", "ops@example.com"]
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_cloudwatch_event_rule.this.name == "acme-root-event" && aws_sns_topic.this.name == "acme-root-event" && aws_cloudwatch_event_rule.this.state == "ENABLED"
    error_message = "Rule and topic are named after the prefix."
  }

  assert {
    condition     = jsonencode(jsondecode(aws_cloudwatch_event_rule.this.event_pattern)) == jsonencode({ "detail-type" = ["AWS Console Sign In via CloudTrail", "AWS API Call via CloudTrail"], detail = { eventType = [{ "anything-but" = ["AwsServiceEvent"] }], userIdentity = { invokedBy = [{ exists = false }], type = ["Root"] } } })
    error_message = "Sign-ins and calls of root, not what services do for it."
  }

  assert {
    condition     = aws_cloudwatch_event_target.this.rule == "acme-root-event" && alltrue([for name in keys(one(aws_cloudwatch_event_target.this.input_transformer).input_paths) : strcontains(one(aws_cloudwatch_event_target.this.input_transformer).input_template, "<${name}>")])
    error_message = "Each path of the transformer stands in the text."
  }

  assert {
    condition     = alltrue([for line in split("\n", trimspace(one(aws_cloudwatch_event_target.this.input_transformer).input_template)) : can(jsondecode(line))])
    error_message = "Each line of the text is a JSON string."
  }

  assert {
    condition     = join(",", sort(keys(aws_sns_topic_subscription.email))) == "ops@example.com,security@example.com" && alltrue([for s in aws_sns_topic_subscription.email : s.protocol == "email"]) && length(output.pending_confirmations) == 2
    error_message = "Each address is subscribed, and has to confirm."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Allow"]).Principal.Service == "events.amazonaws.com" && one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Allow"]).Action == "sns:Publish" && one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Allow"]).Resource == "arn:aws:sns:us-east-1:123456789012:acme-root-event"
    error_message = "EventBridge alone may publish, to this topic alone."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Deny"]).Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "Nobody publishes without TLS."
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && aws_sns_topic.this.kms_master_key_id == null
    error_message = "No key unless one is asked for."
  }
}

run "every_option" {
  command = plan

  variables {
    name  = "root"
    watch = { read_only_calls = true, sign_ins = false }
    kms   = { create = true, deletion_window_days = 7 }
  }

  assert {
    condition     = aws_cloudwatch_event_rule.this.name == "root" && aws_cloudwatch_event_rule.this.state == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" && join(",", jsondecode(aws_cloudwatch_event_rule.this.event_pattern)["detail-type"]) == "AWS API Call via CloudTrail"
    error_message = "All calls, and no sign-ins."
  }

  assert {
    condition     = aws_kms_key.this[0].deletion_window_in_days == 7 && aws_kms_key.this[0].enable_key_rotation && aws_kms_alias.this[0].name == "alias/root"
    error_message = "The key rotates."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.key[0].json).Statement : s if s.Sid == "AllowEventBridgeToEncrypt"]).Principal.Service == "events.amazonaws.com" && join(",", one([for s in jsondecode(data.aws_iam_policy_document.key[0].json).Statement : s if s.Sid == "AllowEventBridgeToEncrypt"]).Action) == "kms:GenerateDataKey*,kms:Decrypt"
    error_message = "EventBridge may use the key, and no more than that."
  }
}

run "sign_ins_only" {
  command = plan

  variables {
    watch = { api_calls = false }
    kms   = { key_arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  assert {
    condition     = join(",", jsondecode(aws_cloudwatch_event_rule.this.event_pattern)["detail-type"]) == "AWS Console Sign In via CloudTrail" && aws_sns_topic.this.kms_master_key_id == "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    error_message = "Sign-ins only, with a key that exists."
  }
}

run "govcloud" {
  command = plan

  variables {
    partition = "aws-us-gov"
    region    = "us-gov-west-1"
    kms       = { create = true }
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.topic.json).Statement : s if s.Effect == "Allow"]).Resource == "arn:aws-us-gov:sns:us-gov-west-1:123456789012:acme-root-event" && strcontains(data.aws_iam_policy_document.key[0].json, "arn:aws-us-gov:iam::123456789012:root")
    error_message = "ARNs are the partition's."
  }
}
