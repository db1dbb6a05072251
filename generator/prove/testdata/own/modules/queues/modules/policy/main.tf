variable "queue_url" {
  description = "URL of the queue."
  type        = string
}

variable "queue_arn" {
  description = "ARN of the queue."
  type        = string
}

variable "source_arn" {
  description = "ARN of what sends."
  type        = string
}

variable "account_id" {
  description = "Id of the account."
  type        = string
}

variable "senders" {
  description = "Services that may send."
  type        = list(string)
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = var.queue_url
  policy    = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
    %{for i, sender in var.senders~}
        {
          "Effect": "Allow",
          "Principal": {"Service": "${sender}.amazonaws.com"},
          "Action": "sqs:SendMessage",
          "Resource": "${var.queue_arn}",
          "Condition": {"ArnEquals": {"aws:SourceArn": "${var.source_arn}"}, "StringEquals": {"aws:SourceAccount": "${var.account_id}"}}
        }%{if i < length(var.senders) - 1},%{endif}
    %{endfor~}
      ]
    }
  EOT
}
