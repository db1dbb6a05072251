variable "create" {
  description = "Make the bucket."
  type        = bool
  default     = true
}

variable "name" {
  description = "Name of the bucket."
  type        = string
}

variable "versioning" {
  description = "Keep earlier versions."
  type        = bool
  default     = true
}

variable "lifecycle_rules" {
  description = "Rules by name: days until objects expire, transitions by storage class, a prefix."
  type = map(object({
    prefix      = optional(string)
    days        = optional(number)
    transitions = optional(map(number), {})
  }))
  default = {}
}

variable "cors" {
  description = "Origins that browsers may read from, by method."
  type        = map(list(string))
  default     = {}
}

variable "deny_http" {
  description = "Refuse requests without TLS."
  type        = bool
  default     = true
}

variable "writers" {
  description = "ARNs of who may write."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags."
  type        = map(string)
  default     = {}
}
