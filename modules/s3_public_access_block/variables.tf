variable "account_id" {
  type        = string
  nullable    = false
  description = "The 12 digits of the account."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Write the 12 digits of the account."
  }
}

variable "block_public_acls" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether requests that would make a bucket or object public by an ACL are refused. False lets whoever may write ACLs publish objects, unless a bucket's own setting refuses."
}

variable "ignore_public_acls" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether public ACLs that exist count for nothing. False makes every object public again that once was by its ACL."
}

variable "block_public_policy" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether bucket policies that would make a bucket public are refused. False lets whoever may write bucket policies publish a bucket, as for a website without CloudFront."
}

variable "restrict_public_buckets" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether only AWS services and users of this account reach a bucket whose policy is public. False lets public policies that exist count."
}
