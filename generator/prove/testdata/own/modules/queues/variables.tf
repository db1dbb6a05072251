variable "account_id" {
  description = "Id of the account."
  type        = string
}

variable "bucket_arn" {
  description = "ARN of the bucket whose events are queued."
  type        = string
}

variable "queues" {
  description = "Queues by name."
  type = map(object({
    delay       = optional(number, 0)
    max_retries = optional(number)
    fifo        = optional(bool, false)
    senders     = optional(list(string), ["s3"])
  }))
  default = { uploads = {} }
}

variable "tags" {
  description = "Tags."
  type        = map(string)
  default     = {}
}
