output "blocked" {
  description = "Whether everything is blocked that S3 can block."
  value       = var.block_public_acls && var.ignore_public_acls && var.block_public_policy && var.restrict_public_buckets
}
