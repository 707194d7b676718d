output "bindings" {
  description = "The bindings as bind-rule stored them, by rule."
  value       = local.bindings
}

output "warnings" {
  description = "What bind-rule warned of when it bound the rules."
  value       = local.warnings
}

output "drift" {
  description = "What differs from the configuration; empty unless check_drift is true."
  value       = local.drift
}
