output "expire_passwords" {
  description = "Whether passwords expire."
  value       = var.max_age_days != null
}
