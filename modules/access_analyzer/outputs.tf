output "analyzer_arn" {
  description = "The ARN of the analyzer."
  value       = aws_accessanalyzer_analyzer.this.arn
}

output "analyzer_name" {
  description = "The name of the analyzer, the same in each region."
  value       = local.analyzer_name
}

output "type" {
  description = "The type of the analyzer."
  value       = var.type
}

output "archive_rules" {
  description = "Why each archive rule is there, who answers for it and until when, and the command that archives findings from before the rule, to be run once by hand: Terraform has no resource for it."
  value = {
    for name, rule in var.archive_rules : name => {
      reason  = rule.reason
      owner   = rule.owner
      expires = rule.expires
      # https://docs.aws.amazon.com/cli/latest/reference/accessanalyzer/apply-archive-rule.html
      apply = "aws accessanalyzer apply-archive-rule --region ${split(":", aws_accessanalyzer_analyzer.this.arn)[3]} --analyzer-arn ${aws_accessanalyzer_analyzer.this.arn} --rule-name ${name}"
    }
  }
}
