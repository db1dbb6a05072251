output "names" {
  description = "Names of the alarms that there are."
  value       = [for alarm in values(local.alarms) : alarm.name]
}
