# What a team keeps with its own code, in a state of its own: which PagerDuty service each of its rules pages. The stack is deployed
# and the workspace is installed.

variable "stack" {
  type    = string
  default = "paging"
}

variable "workspace" {
  type    = string
  default = "acme"
}

module "bindings" {
  source = "../../modules/bindings"

  stack       = var.stack
  workspace   = var.workspace
  rebind_when = "acme" # the PagerDuty account's subdomain
  check_drift = true

  rules = {
    cpu-high = {
      service_name      = "Payments"
      urgency           = "severity"
      notify_on_resolve = true
      title             = "[{severity}] {title} on {source}"
      runbook_url       = "https://wiki.example.com/cpu"
    }
    disk-full = {
      service_name = "Orders API"
      group_by     = "rule"
      note         = "Delete what is older than 30 days in /var/log."
    }
  }
}

output "bindings" {
  value = module.bindings.bindings
}

output "warnings" {
  value = module.bindings.warnings
}
