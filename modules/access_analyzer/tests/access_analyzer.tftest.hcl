mock_provider "aws" {
  mock_resource "aws_accessanalyzer_analyzer" {
    defaults = {
      arn = "arn:aws:access-analyzer:eu-central-1:123456789012:analyzer/acme-external-access"
    }
  }
}

variables {
  name_prefix = "acme"
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_accessanalyzer_analyzer.this.analyzer_name == "acme-external-access" && output.analyzer_name == "acme-external-access"
    error_message = "The analyzer's name does not come from name_prefix."
  }

  assert {
    condition     = aws_accessanalyzer_analyzer.this.type == "ACCOUNT" && output.type == "ACCOUNT"
    error_message = "The analyzer is not the account's own."
  }

  assert {
    condition     = length(aws_accessanalyzer_analyzer.this.configuration) == 0 && length(aws_accessanalyzer_archive_rule.this) == 0
    error_message = "There is a configuration or an archive rule that nobody asked for."
  }

  assert {
    condition     = output.analyzer_arn == "arn:aws:access-analyzer:eu-central-1:123456789012:analyzer/acme-external-access"
    error_message = "analyzer_arn is not the analyzer's."
  }
}

run "organization" {
  command = plan

  variables {
    type = "ORGANIZATION"
    name = "org.external_1"
  }

  assert {
    condition     = aws_accessanalyzer_analyzer.this.type == "ORGANIZATION" && aws_accessanalyzer_analyzer.this.analyzer_name == "org.external_1" && length(aws_accessanalyzer_analyzer.this.configuration) == 0
    error_message = "type or name is not the analyzer's."
  }
}

run "unused_access" {
  command = plan

  variables {
    type = "ACCOUNT_UNUSED_ACCESS"
  }

  assert {
    condition     = aws_accessanalyzer_analyzer.this.type == "ACCOUNT_UNUSED_ACCESS" && aws_accessanalyzer_analyzer.this.analyzer_name == "acme-unused-access"
    error_message = "The analyzer is not one of unused access."
  }

  assert {
    condition     = aws_accessanalyzer_analyzer.this.configuration[0].unused_access[0].unused_access_age == 90 && length(aws_accessanalyzer_analyzer.this.configuration[0].unused_access[0].analysis_rule) == 0
    error_message = "Unused access is not all access that was not used for 90 days."
  }
}

run "unused_access_in_an_organization" {
  command = plan

  variables {
    type = "ORGANIZATION_UNUSED_ACCESS"

    unused_access = {
      age_days = 365
      exclusions = [
        { account_ids = ["111122223333", "444455556666"] },
        { resource_tags = [{ team = "ops" }, { "break glass" = "yes" }] },
      ]
    }
  }

  assert {
    condition     = aws_accessanalyzer_analyzer.this.type == "ORGANIZATION_UNUSED_ACCESS" && aws_accessanalyzer_analyzer.this.configuration[0].unused_access[0].unused_access_age == 365
    error_message = "age_days is not the analyzer's."
  }

  assert {
    condition     = jsonencode(aws_accessanalyzer_analyzer.this.configuration[0].unused_access[0].analysis_rule[0].exclusion[*].account_ids) == jsonencode([["111122223333", "444455556666"], []])
    error_message = "The excluded accounts are others."
  }

  assert {
    condition     = jsonencode(aws_accessanalyzer_analyzer.this.configuration[0].unused_access[0].analysis_rule[0].exclusion[*].resource_tags) == jsonencode([[], [{ team = "ops" }, { "break glass" = "yes" }]])
    error_message = "The excluded tags are others."
  }
}

run "unused_access_of_one_day" {
  command = plan

  variables {
    type          = "ACCOUNT_UNUSED_ACCESS"
    unused_access = { age_days = 1, exclusions = [{ resource_tags = [{ team = "ops" }] }] }
  }

  assert {
    condition     = aws_accessanalyzer_analyzer.this.configuration[0].unused_access[0].unused_access_age == 1 && length(aws_accessanalyzer_analyzer.this.configuration[0].unused_access[0].analysis_rule[0].exclusion) == 1
    error_message = "An account's analyzer can't exclude by tag."
  }
}

run "archive_rules" {
  command = apply

  variables {
    archive_rules = {
      partner = {
        reason  = "The exchange with the partner."
        owner   = "platform"
        expires = "2030-06-30"
        filters = {
          "principal.AWS" = { eq = ["111122223333"], neq = ["444455556666"] }
          resource        = { contains = ["exchange", "partner"] }
        }
      }
      not-public = {
        reason  = "Known."
        owner   = "platform"
        expires = "2028-02-29"
        filters = {
          isPublic = { eq = ["false"] }
          error    = { exists = false }
        }
      }
    }
  }

  assert {
    condition     = join(",", keys(aws_accessanalyzer_archive_rule.this)) == "not-public,partner" && alltrue([for name, rule in aws_accessanalyzer_archive_rule.this : rule.rule_name == name && rule.analyzer_name == "acme-external-access"])
    error_message = "The rules are not this analyzer's, by name."
  }

  assert {
    condition     = join(";", sort([for filter in aws_accessanalyzer_archive_rule.this["partner"].filter : "${filter.criteria} eq ${join(",", filter.eq)} neq ${join(",", filter.neq)} contains ${join(",", filter.contains)}"])) == "principal.AWS eq 111122223333 neq 444455556666 contains ;resource eq  neq  contains exchange,partner"
    error_message = "The filters of rule partner are others."
  }

  assert {
    condition     = [for filter in aws_accessanalyzer_archive_rule.this["not-public"].filter : filter.exists if filter.criteria == "error"][0] == "false"
    error_message = "exists is not handed on."
  }
}

run "every_criterion" {
  command = apply

  variables {
    archive_rules = {
      all = {
        reason  = "Known."
        owner   = "platform"
        expires = "2030-06-30"
        filters = { for criterion in [
          "resource", "resourceType", "resourceOwnerAccount", "resourceControlPolicyRestriction", "isPublic", "error", "findingType",
          "principal.AWS", "principal.Federated", "principal.CanonicalUser",
          "condition.aws:PrincipalArn", "condition.aws:PrincipalOrgID", "condition.aws:PrincipalOrgPaths", "condition.aws:SourceArn", "condition.aws:SourceAccount",
          "condition.aws:SourceIp", "condition.aws:SourceVpc", "condition.aws:SourceVpce", "condition.aws:UserId", "condition.kms:CallerAccount",
          "condition.graph.facebook.com:app_id", "condition.accounts.google.com:aud", "condition.cognito-identity.amazonaws.com:aud",
        ] : criterion => { eq = [criterion == "isPublic" ? "false" : "x"] } }
      }
    }
  }

  assert {
    condition     = length(aws_accessanalyzer_archive_rule.this["all"].filter) == 23
    error_message = "A criterion that AWS takes is lost."
  }
}

run "rules_for_unused_access" {
  command = plan

  variables {
    type = "ACCOUNT_UNUSED_ACCESS"
    archive_rules = {
      deployer = {
        reason  = "Runs once a year."
        owner   = "platform"
        expires = "2030-06-30"
        filters = { resource = { contains = ["deployer"] } }
      }
    }
  }

  assert {
    condition     = keys(aws_accessanalyzer_archive_rule.this) == ["deployer"]
    error_message = "Unused access has no public findings that the rule could hide."
  }
}

run "what_a_rule_is_for" {
  command = apply

  variables {
    archive_rules = {
      partner = {
        reason  = "The exchange with the partner."
        owner   = "platform"
        expires = "2030-06-30"
        filters = { "principal.AWS" = { eq = ["111122223333"] } }
      }
    }
  }

  assert {
    condition     = output.archive_rules.partner.reason == "The exchange with the partner." && output.archive_rules.partner.owner == "platform" && output.archive_rules.partner.expires == "2030-06-30"
    error_message = "The output says why, who and until when."
  }

  assert {
    condition     = output.archive_rules.partner.apply == "aws accessanalyzer apply-archive-rule --region eu-central-1 --analyzer-arn arn:aws:access-analyzer:eu-central-1:123456789012:analyzer/acme-external-access --rule-name partner"
    error_message = "The command names another region, analyzer or rule."
  }
}

run "nobody_told" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_event_rule.findings) + length(aws_cloudwatch_event_target.findings) == 0
    error_message = "There is no rule without a bus."
  }
}

run "findings_told" {
  command = plan

  variables {
    event_bus_arn  = "arn:aws:events:eu-west-1:123456789012:event-bus/acme-findings"
    event_role_arn = "arn:aws:iam::123456789012:role/acme-findings"
  }

  assert {
    condition     = aws_cloudwatch_event_rule.findings[0].name == "acme-external-access-findings" && jsonencode(jsondecode(aws_cloudwatch_event_rule.findings[0].event_pattern)) == jsonencode({ source = ["aws.access-analyzer"], "detail-type" = ["Access Analyzer Finding"], detail = { status = ["ACTIVE"], isDeleted = [false, { exists = false }] } })
    error_message = "Active findings, of the kind that the analyzer has."
  }

  assert {
    condition     = aws_cloudwatch_event_target.findings[0].rule == "acme-external-access-findings" && aws_cloudwatch_event_target.findings[0].arn == "arn:aws:events:eu-west-1:123456789012:event-bus/acme-findings" && aws_cloudwatch_event_target.findings[0].role_arn == "arn:aws:iam::123456789012:role/acme-findings"
    error_message = "They go to the bus, by the role."
  }
}

run "unused_access_told" {
  command = plan

  variables {
    type           = "ACCOUNT_UNUSED_ACCESS"
    event_bus_arn  = "arn:aws:events:eu-west-1:123456789012:event-bus/acme-findings"
    event_role_arn = "arn:aws:iam::123456789012:role/acme-findings"
  }

  assert {
    condition     = aws_cloudwatch_event_rule.findings[0].name == "acme-unused-access-findings" && jsondecode(aws_cloudwatch_event_rule.findings[0].event_pattern)["detail-type"] == ["Unused Access Finding for IAM entities"]
    error_message = "The findings have another type."
  }
}
