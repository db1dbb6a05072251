resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name        = coalesce(var.name, "${var.name_prefix}-root-activity")
  alarm_description = var.description

  namespace           = var.metric_namespace
  metric_name         = var.metric_name
  statistic           = "Sum"
  period              = var.period
  evaluation_periods  = var.evaluation_periods
  datapoints_to_alarm = var.datapoints_to_alarm
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.threshold

  # A metric filter reports nothing while no event arrives, and no event is good news:
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
  treat_missing_data = "notBreaching"

  actions_enabled = var.actions_enabled
  alarm_actions   = var.topic_arns
  ok_actions      = var.notify_ok ? var.topic_arns : []
}
