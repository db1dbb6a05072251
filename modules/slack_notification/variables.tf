variable "partition" {
  type        = string
  nullable    = false
  description = "The AWS partition, which must be aws: the others have no Chatbot."

  # https://docs.aws.amazon.com/general/latest/gr/chatbot.html
  validation {
    condition     = var.partition == "aws"
    error_message = "Leave the section out: AWS Chatbot is there in the commercial partition only."
  }
}

variable "name_prefix" {
  type        = string
  nullable    = false
  description = "The first part of the default name, \"<name_prefix>-slack\"."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.name_prefix))
    error_message = "Write 1 to 40 lower case letters, digits and hyphens, with a letter or digit at both ends."
  }
}

variable "name" {
  type        = string
  default     = null
  description = "The name of configuration and role; \"<name_prefix>-slack\" when left out."

  # https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html, and
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  validation {
    condition     = var.name == null || can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "Write 1 to 64 letters, digits, hyphens or underscores."
  }
}

variable "workspace_id" {
  type        = string
  nullable    = false
  description = "The id of the Slack workspace, as the Chatbot console shows it once somebody has authorized AWS there."

  # https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html
  validation {
    condition     = can(regex("^[0-9A-Z]{1,255}$", var.workspace_id))
    error_message = "Write the workspace's id, capital letters and digits such as T0123ABCD, not its name."
  }
}

variable "channel_id" {
  type        = string
  nullable    = false
  description = "The id of the Slack channel, the last part of its link."

  # https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html
  validation {
    condition     = can(regex("^[A-Za-z0-9]{1,255}$", var.channel_id))
    error_message = "Write the channel's id, letters and digits such as C0123ABCD, not its name."
  }
}

variable "topic_arns" {
  type        = list(string)
  nullable    = false
  description = "The topics whose messages the channel gets, in any region."

  validation {
    condition     = length(var.topic_arns) > 0
    error_message = "Have at least one topic: the channel would hear of nothing."
  }
}

variable "logging_level" {
  type        = string
  nullable    = false
  default     = "ERROR"
  description = "What Chatbot logs to CloudWatch in us-east-1: ERROR, INFO or NONE."

  # https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html
  validation {
    condition     = contains(["ERROR", "INFO", "NONE"], var.logging_level)
    error_message = "Write ERROR, INFO or NONE."
  }
}
