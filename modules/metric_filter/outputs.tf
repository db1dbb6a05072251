# Read from the filter itself, so that an alarm built on them can't watch another metric.

output "metric_name" {
  description = "Name of the metric that the filter feeds."
  value       = aws_cloudwatch_log_metric_filter.this.metric_transformation[0].name
}

output "metric_namespace" {
  description = "Namespace of the metric that the filter feeds."
  value       = aws_cloudwatch_log_metric_filter.this.metric_transformation[0].namespace
}
