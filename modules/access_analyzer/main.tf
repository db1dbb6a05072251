locals {
  finds_unused  = endswith(var.type, "_UNUSED_ACCESS")
  analyzer_name = var.name == null ? "${var.name_prefix}-${local.finds_unused ? "unused-access" : "external-access"}" : var.name
  excludes      = length(var.unused_access.exclusions) > 0
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
