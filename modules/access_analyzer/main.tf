locals {
  finds_unused  = endswith(var.type, "_UNUSED_ACCESS")
  analyzer_name = var.name == null ? "${var.name_prefix}-${local.finds_unused ? "unused-access" : "external-access"}" : var.name
  excludes      = length(var.unused_access.exclusions) > 0
  notifies      = var.event_bus_arn != null
}

# An analyzer for access from outside sees only its own region:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html
resource "aws_accessanalyzer_analyzer" "this" {
  analyzer_name = local.analyzer_name
  type          = var.type

  dynamic "configuration" {
    for_each = local.finds_unused ? [1] : []

    content {
      unused_access {
        unused_access_age = var.unused_access.age_days == null ? 90 : var.unused_access.age_days

        dynamic "analysis_rule" {
          for_each = local.excludes ? [1] : []

          content {
            dynamic "exclusion" {
              for_each = var.unused_access.exclusions

              content {
                account_ids   = exclusion.value.account_ids
                resource_tags = exclusion.value.resource_tags
              }
            }
          }
        }
      }
    }
  }
}

# A rule archives findings that come after it; earlier ones stay active:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-archive-rules.html
resource "aws_accessanalyzer_archive_rule" "this" {
  for_each = var.archive_rules

  analyzer_name = aws_accessanalyzer_analyzer.this.analyzer_name
  rule_name     = each.key

  dynamic "filter" {
    for_each = each.value.filters

    content {
      criteria = filter.key
      eq       = filter.value.eq
      neq      = filter.value.neq
      contains = filter.value.contains
      exists   = filter.value.exists
    }
  }
}

# Findings become events within an hour, in their own region. Those that somebody archives or resolves, or whose resource is deleted, do so again.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
resource "aws_cloudwatch_event_rule" "findings" {
  count = local.notifies ? 1 : 0

  name        = "${local.analyzer_name}-findings"
  description = "Active findings of analyzer ${local.analyzer_name}."

  event_pattern = jsonencode({
    source        = ["aws.access-analyzer"]
    "detail-type" = [local.finds_unused ? "Unused Access Finding for IAM entities" : "Access Analyzer Finding"]
    detail        = { status = ["ACTIVE"], isDeleted = [false, { exists = false }] }
  })
}

resource "aws_cloudwatch_event_target" "findings" {
  count = local.notifies ? 1 : 0

  rule      = aws_cloudwatch_event_rule.findings[0].name
  target_id = "event-bus"
  arn       = var.event_bus_arn
  role_arn  = var.event_role_arn
}
