mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }

  mock_resource "aws_sns_topic" {
    defaults = {
      arn = "arn:aws:sns:eu-central-1:123456789012:acme-alerts"
    }
  }

  mock_resource "aws_kms_key" {
    defaults = {
      arn    = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
      key_id = "11111111-2222-3333-4444-555555555555"
    }
  }
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "eu-central-1"
  name_prefix = "acme"
  addresses   = ["security@example.com", "on-call+aws@mail.example.co.uk"]
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_sns_topic.this.name == "acme-alerts" && output.topic_name == "acme-alerts"
    error_message = "The topic's name does not come from name_prefix."
  }

  assert {
    condition     = output.topic_arn == "arn:aws:sns:eu-central-1:123456789012:acme-alerts"
    error_message = "topic_arn is not the topic's."
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && length(aws_kms_alias.this) == 0 && length(data.aws_iam_policy_document.key) == 0 && output.kms_key_arn == null
    error_message = "There is a key though none was asked for."
  }

  assert {
    condition     = join(" ", keys(aws_sns_topic_subscription.email)) == "on-call+aws@mail.example.co.uk security@example.com"
    error_message = "The subscriptions are not keyed by address."
  }

  assert {
    condition     = alltrue([for address, subscription in aws_sns_topic_subscription.email : subscription.endpoint == address && subscription.protocol == "email" && subscription.topic_arn == output.topic_arn])
    error_message = "A subscription does not mail its own address from this topic."
  }

  assert {
    condition     = aws_sns_topic_policy.this.arn == output.topic_arn && aws_sns_topic_policy.this.policy == data.aws_iam_policy_document.topic.json
    error_message = "The topic has another policy."
  }

  assert {
    condition     = length(output.pending_confirmations) == 2 && startswith(output.pending_confirmations[0], "security@example.com ") && startswith(output.pending_confirmations[1], "on-call+aws@mail.example.co.uk ") && alltrue([for text in output.pending_confirmations : strcontains(text, "acme-alerts in eu-central-1")])
    error_message = "pending_confirmations does not tell of each address, in the order written."
  }
}

run "topic_policy" {
  command = plan

  assert {
    condition     = join(",", data.aws_iam_policy_document.topic.statement[*].sid) == "AllowAlarmsToPublish,DenyPublishWithoutTLS"
    error_message = "The topic policy has other statements."
  }

  assert {
    condition     = alltrue([for s in data.aws_iam_policy_document.topic.statement : join(",", s.actions) == "sns:Publish" && join(",", s.resources) == "arn:aws:sns:eu-central-1:123456789012:acme-alerts"])
    error_message = "A statement is about another action or another topic."
  }

  assert {
    condition = alltrue([
      data.aws_iam_policy_document.topic.statement[0].effect == "Allow",
      join(",", flatten([for p in data.aws_iam_policy_document.topic.statement[0].principals : [p.type, p.identifiers]])) == "Service,cloudwatch.amazonaws.com",
      join(",", flatten([for c in data.aws_iam_policy_document.topic.statement[0].condition : [c.test, c.variable, c.values]])) == "ArnLike,aws:SourceArn,arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*",
    ])
    error_message = "Others than this account's alarms may publish, or alarms may not."
  }

  assert {
    condition = alltrue([
      data.aws_iam_policy_document.topic.statement[1].effect == "Deny",
      join(",", flatten([for p in data.aws_iam_policy_document.topic.statement[1].principals : [p.type, p.identifiers]])) == "*,*",
      join(",", flatten([for c in data.aws_iam_policy_document.topic.statement[1].condition : [c.test, c.variable, c.values]])) == "Bool,aws:SecureTransport,false",
    ])
    error_message = "Publishing without TLS is not denied to everybody."
  }
}

run "other_partition" {
  command = plan

  variables {
    partition = "aws-us-gov"
    region    = "us-gov-west-1"
    kms       = { create = true }
  }

  assert {
    condition     = join(",", flatten(data.aws_iam_policy_document.topic.statement[0].condition[*].values)) == "arn:aws-us-gov:cloudwatch:us-gov-west-1:123456789012:alarm:*"
    error_message = "The alarms' ARN has the wrong partition or region."
  }

  assert {
    condition     = join(",", flatten(data.aws_iam_policy_document.key[0].statement[0].principals[*].identifiers)) == "arn:aws-us-gov:iam::123456789012:root"
    error_message = "The account's ARN has the wrong partition."
  }
}

run "name" {
  command = plan

  variables {
    name = "Root_Alerts"
  }

  assert {
    condition     = aws_sns_topic.this.name == "Root_Alerts" && data.aws_iam_policy_document.topic.statement[0].resources == toset(["arn:aws:sns:eu-central-1:123456789012:Root_Alerts"])
    error_message = "name is not the name of the topic and in its policy."
  }
}

run "kms_create" {
  command = apply

  variables {
    kms = { create = true, deletion_window_days = 7 }
  }

  assert {
    condition     = aws_sns_topic.this.kms_master_key_id == aws_kms_key.this[0].arn && output.kms_key_arn == aws_kms_key.this[0].arn
    error_message = "The topic is not encrypted with the created key."
  }

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_key.this[0].deletion_window_in_days == 7 && aws_kms_key.this[0].policy == data.aws_iam_policy_document.key[0].json
    error_message = "The key does not rotate, or has another deletion window or policy."
  }

  assert {
    condition     = aws_kms_alias.this[0].name == "alias/acme-alerts" && aws_kms_alias.this[0].target_key_id == aws_kms_key.this[0].key_id
    error_message = "The alias is not the key's."
  }

  assert {
    condition     = join(",", data.aws_iam_policy_document.key[0].statement[*].sid) == "AllowAccountToAdminister,AllowAlarmsToEncrypt" && alltrue([for s in data.aws_iam_policy_document.key[0].statement : s.effect == "Allow" && join(",", s.resources) == "*" && length(s.condition) == 0])
    error_message = "The key policy has other statements."
  }

  assert {
    condition = alltrue([
      join(",", flatten([for p in data.aws_iam_policy_document.key[0].statement[0].principals : [p.type, p.identifiers]])) == "AWS,arn:aws:iam::123456789012:root",
      join(",", data.aws_iam_policy_document.key[0].statement[0].actions) == "kms:*",
    ])
    error_message = "The account can't administer its key."
  }

  assert {
    condition = alltrue([
      join(",", flatten([for p in data.aws_iam_policy_document.key[0].statement[1].principals : [p.type, p.identifiers]])) == "Service,cloudwatch.amazonaws.com",
      join(",", sort(data.aws_iam_policy_document.key[0].statement[1].actions)) == "kms:Decrypt,kms:GenerateDataKey*",
    ])
    error_message = "CloudWatch can't use the key, so alarms are not mailed."
  }
}

run "kms_key_arn" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:eu-central-1:123456789012:key/mrk-1234567890abcdef1234567890abcdef" }
  }

  assert {
    condition     = aws_sns_topic.this.kms_master_key_id == var.kms.key_arn && output.kms_key_arn == var.kms.key_arn && length(aws_kms_key.this) == 0
    error_message = "The topic is not encrypted with the given key alone."
  }
}

run "every_kind_of_endpoint" {
  command = plan

  variables {
    https  = [{ url = "https://hooks.example.com/alerts", auto_confirms = true }, { url = "https://desk.example.com:8443/", raw_message_delivery = true }]
    sqs    = [{ queue_arn = "arn:aws:sqs:us-east-1:210987654321:alerts", raw_message_delivery = true }]
    lambda = ["arn:aws:lambda:eu-central-1:123456789012:function:triage"]
  }

  assert {
    condition     = aws_sns_topic_subscription.https["https://hooks.example.com/alerts"].endpoint_auto_confirms && !aws_sns_topic_subscription.https["https://hooks.example.com/alerts"].raw_message_delivery && aws_sns_topic_subscription.https["https://desk.example.com:8443/"].raw_message_delivery && alltrue([for s in aws_sns_topic_subscription.https : s.protocol == "https"])
    error_message = "Each HTTPS endpoint is subscribed as it wants."
  }

  assert {
    condition     = aws_sns_topic_subscription.sqs["arn:aws:sqs:us-east-1:210987654321:alerts"].protocol == "sqs" && aws_sns_topic_subscription.sqs["arn:aws:sqs:us-east-1:210987654321:alerts"].raw_message_delivery
    error_message = "The queue is subscribed, also one of another account and region."
  }

  assert {
    condition     = jsondecode(output.queue_statements["arn:aws:sqs:us-east-1:210987654321:alerts"]) == { Action = "sqs:SendMessage", Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:sns:eu-central-1:123456789012:acme-alerts" } }, Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Resource = "arn:aws:sqs:us-east-1:210987654321:alerts" }
    error_message = "The queue's policy is to let this topic send, and no other."
  }

  assert {
    condition     = one(values(aws_sns_topic_subscription.lambda)).protocol == "lambda" && one(values(aws_lambda_permission.topic)).principal == "sns.amazonaws.com" && one(values(aws_lambda_permission.topic)).source_arn == "arn:aws:sns:eu-central-1:123456789012:acme-alerts" && one(values(aws_lambda_permission.topic)).function_name == "arn:aws:lambda:eu-central-1:123456789012:function:triage"
    error_message = "The function is subscribed, and lets this topic alone invoke it."
  }

  assert {
    condition     = length([for sentence in output.pending_confirmations : sentence if strcontains(sentence, "desk.example.com")]) == 1 && length([for sentence in output.pending_confirmations : sentence if strcontains(sentence, "hooks.example.com")]) == 0
    error_message = "Only the endpoint that doesn't confirm by itself waits for somebody."
  }
}
