output "topic_arn" {
  description = "The ARN of the topic, for the actions of alarms in the same region."
  value       = aws_sns_topic.this.arn
}

output "topic_name" {
  description = "The name of the topic."
  value       = local.topic_name
}

output "kms_key_arn" {
  description = "The ARN of the key that encrypts the topic's messages; null when the topic is not encrypted."
  value       = local.key_create ? aws_kms_key.this[0].arn : var.kms.key_arn
}

output "queue_statements" {
  description = "By queue, the statement that its policy needs, as JSON: without it the topic may not send. The policy of a queue is not touched here, since it may hold more than this."
  # https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
  value = {
    for queue in var.sqs : queue.queue_arn => jsonencode({
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = queue.queue_arn
      Condition = { ArnEquals = { "aws:SourceArn" = local.topic_arn } }
    })
  }
}

output "pending_confirmations" {
  description = "One sentence for each address, and each HTTPS endpoint that doesn't confirm by itself, on what its reader must do by hand. Terraform can neither confirm a subscription nor learn that somebody has."
  value = concat(
    [for address in var.addresses : "${address} gets no alert before somebody there follows the link in the mail \"AWS Notification - Subscription Confirmation\" about topic ${local.topic_name} in ${var.region}."],
    [for endpoint in var.https : "${endpoint.url} gets no alert before it, or somebody, visits the SubscribeURL of the message of type SubscriptionConfirmation about topic ${local.topic_name} in ${var.region}." if !endpoint.auto_confirms],
  )
}
