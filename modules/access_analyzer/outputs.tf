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
