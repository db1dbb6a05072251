resource "aws_cloudwatch_log_metric_filter" "this" {
  name           = coalesce(var.name, "${var.name_prefix}-root-activity")
  log_group_name = var.log_group_name
  pattern        = var.pattern

  # No dimensions: AWS refuses them beside a default value.
  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
  metric_transformation {
    name          = var.metric.name
    namespace     = var.metric.namespace
    value         = var.metric.value
    default_value = var.metric.default_value
  }
}
