output "bucket" {
  description = "The name of the bucket."
  value       = module.bucket.name
}

output "queue_arns" {
  description = "The ARNs of the queues by name."
  value       = module.queues.arns
}

output "role_arns" {
  description = "The ARNs of the roles, if there are any."
  value       = try(module.roles[0].arns, [])
}
