locals {
  dead    = { for name, queue in var.queues : name => queue.max_retries if queue.max_retries != null }
  senders = toset(flatten([for queue in values(var.queues) : queue.senders]))
}

resource "aws_sqs_queue" "dead" {
  for_each = local.dead

  name                      = "${each.key}-dead"
  message_retention_seconds = 14 * 24 * 3600
  tags                      = var.tags
}

resource "aws_sqs_queue" "this" {
  for_each = var.queues

  name          = each.value.fifo ? "${each.key}.fifo" : each.key
  fifo_queue    = each.value.fifo ? true : null
  delay_seconds = each.value.delay
  redrive_policy = (contains(keys(local.dead), each.key)
    ? jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead[each.key].arn, maxReceiveCount = local.dead[each.key] })
  : null)
  tags = merge(var.tags, { for sender in each.value.senders : "from-${sender}" => "true" })
}

module "policy" {
  source   = "./modules/policy"
  for_each = var.queues

  queue_url  = aws_sqs_queue.this[each.key].id
  queue_arn  = aws_sqs_queue.this[each.key].arn
  source_arn = var.bucket_arn
  account_id = var.account_id
  senders    = each.value.senders
}

output "arns" {
  description = "ARNs of the queues by name."
  value       = { for name, queue in aws_sqs_queue.this : name => queue.arn }
}

output "senders" {
  description = "Services that may send."
  value       = sort(local.senders)
}
