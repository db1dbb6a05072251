variable "account_id" {
  type        = string
  nullable    = false
  description = "The AWS account that owns the topic, 12 digits."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Write the account id as 12 digits, in quotes."
  }
}

variable "partition" {
  type        = string
  nullable    = false
  description = "The AWS partition of the region, such as aws, aws-cn or aws-us-gov; it is part of each ARN."

  validation {
    condition     = can(regex("^aws(-[a-z]+)*$", var.partition))
    error_message = "Write a partition, such as aws, aws-cn or aws-us-gov."
  }
}

variable "region" {
  type        = string
  nullable    = false
  description = "The region of the topic, which must be the provider's region; alarms can only notify a topic of their own region."

  validation {
    condition     = can(regex("^[a-z]+(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "Write a region, such as eu-central-1."
  }
}

variable "name_prefix" {
  type        = string
  nullable    = false
  description = "The first part of the default topic name, \"<name_prefix>-alerts\"."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,243}$", var.name_prefix))
    error_message = "Write 1 to 243 letters, digits, hyphens or underscores, so that \"<prefix>-alerts\" names a topic and a key alias."
  }
}

variable "name" {
  type        = string
  default     = null
  description = "The name of the topic; \"<name_prefix>-alerts\" when left out. Changing it replaces the topic, and every address has to confirm again."

  # https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
  # A FIFO topic (its name ends in .fifo) has no e-mail subscriptions:
  # https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html
  validation {
    condition     = var.name == null || can(regex("^[A-Za-z0-9_-]{1,256}$", var.name))
    error_message = "Write 1 to 256 letters, digits, hyphens or underscores. A FIFO topic (.fifo) can't send e-mail."
  }

  # The key's alias is "alias/<name>", 256 characters at most:
  # https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
  validation {
    condition     = !var.kms.create || !can(regex("^.{251}", var.name))
    error_message = "Write at most 250 characters with kms.create: the key's alias is \"alias/<name>\"."
  }
}

variable "addresses" {
  type        = list(string)
  nullable    = false
  description = "The e-mail addresses that get each alert, at least one. AWS sends each a confirmation link, and nothing arrives at an address before somebody there has followed it."

  validation {
    condition     = length(var.addresses) > 0
    error_message = "Write at least one e-mail address: a topic that nobody reads alerts nobody."
  }

  # The provider takes any text as the endpoint of an email subscription.
  validation {
    condition     = alltrue([for address in var.addresses : can(regex("^[A-Za-z0-9.!#$&'*+/=?^_|~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$", address))])
    error_message = "Write each entry as one plain e-mail address, such as security@example.com, with no name, brackets or spaces."
  }

  validation {
    condition     = length(distinct([for address in compact(var.addresses) : lower(address)])) == length(compact(var.addresses))
    error_message = "Write each address once; two that differ only in upper and lower case are the same mailbox."
  }
}

variable "https" {
  type = list(object({
    url                  = string
    auto_confirms        = optional(bool, false)
    raw_message_delivery = optional(bool, false)
  }))
  nullable    = false
  default     = []
  description = "HTTPS endpoints that get each alert as a POST. auto_confirms: the endpoint visits the confirmation link by itself, so that Terraform waits for it and fails if it doesn't. raw_message_delivery: the alert alone, without the JSON around it. The URL stands in the spec, in state and in the account: don't name one that is itself a secret, but let a function of lambda hold it."

  # A password in the URL would be written to the state.
  validation {
    condition     = alltrue([for endpoint in var.https : can(regex("^https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?$", endpoint.url))])
    error_message = "Write each url as https://<host>/<path>, without user, password, query or fragment: SNS sends over TLS only, and the URL is no place for a secret."
  }

  validation {
    condition     = length(distinct(var.https[*].url)) == length(var.https)
    error_message = "Write each url once."
  }
}

variable "sqs" {
  type = list(object({
    queue_arn            = string
    raw_message_delivery = optional(bool, false)
  }))
  nullable    = false
  default     = []
  description = "SQS queues that get each alert. raw_message_delivery: the alert alone, without the JSON around it. The queue's own policy must let the topic send: the output queue_statements has what it needs."

  # https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
  # A FIFO queue takes messages of FIFO topics only, which send no e-mail: https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html
  validation {
    condition     = alltrue([for queue in var.sqs : can(regex("^arn:${var.partition}:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}$", queue.queue_arn))])
    error_message = "Write each queue_arn as the ARN of a standard queue of this partition, arn:aws:sqs:<region>:<account id>:<name>. A FIFO queue (.fifo) can't be subscribed to a topic that sends e-mail."
  }

  validation {
    condition     = length(distinct(var.sqs[*].queue_arn)) == length(var.sqs)
    error_message = "Write each queue_arn once."
  }
}

variable "lambda" {
  type        = list(string)
  nullable    = false
  default     = []
  description = "The ARNs of Lambda functions of this account and region that get each alert; the topic is allowed to invoke them."

  # The permission is of the function itself, so that an alias or version needs one of its own, and it is given in the function's own region.
  validation {
    condition     = alltrue([for arn in var.lambda : can(regex("^arn:${var.partition}:lambda:${var.region}:${var.account_id}:function:[A-Za-z0-9_-]{1,64}$", arn))])
    error_message = "Write each entry as the ARN of a function of this account in the home region, without version or alias: arn:aws:lambda:<home region>:<account id>:function:<name>."
  }

  validation {
    condition     = length(distinct(var.lambda)) == length(var.lambda)
    error_message = "Write each function once."
  }
}

variable "kms" {
  type = object({
    create               = optional(bool, false)
    key_arn              = optional(string)
    deletion_window_days = optional(number, 30)
  })
  nullable    = false
  default     = {}
  description = "Encryption of messages at rest: create makes a customer key that CloudWatch may use, key_arn names one that exists (its policy must let cloudwatch.amazonaws.com use it); neither leaves the topic unencrypted. deletion_window_days, 7 to 30, is how long AWS keeps a created key after its deletion is asked for."

  validation {
    condition     = !(var.kms.create && var.kms.key_arn != null)
    error_message = "Write either create: true or key_arn, not both."
  }

  # CloudWatch can't publish to a topic under alias/aws/sns, because nobody can
  # let it use that key: https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
  validation {
    condition     = var.kms.key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms.key_arn))
    error_message = "Write key_arn as the ARN of a customer key, arn:aws:kms:<region>:<account id>:key/<key id>, not an alias or a bare id. CloudWatch can't use the AWS managed key alias/aws/sns, so alarms would never be mailed."
  }

  validation {
    condition     = !can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]+:key/", var.kms.key_arn)) || can(regex("^arn:${var.partition}:kms:${var.region}:", var.kms.key_arn))
    error_message = "Write the key_arn of a key in the topic's own partition and region; KMS keys are regional."
  }

  validation {
    condition     = var.kms.deletion_window_days >= 7 && var.kms.deletion_window_days <= 30 && floor(var.kms.deletion_window_days) == var.kms.deletion_window_days
    error_message = "Write deletion_window_days as a whole number of days from 7 to 30."
  }
}
