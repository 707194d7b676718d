variable "stack" {
  description = "Name of the stack (output name of the root module, or the SAM stack's name). Its functions begin with it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,49}$", var.stack))
    error_message = "stack must be the name of the deployed stack, such as paging: a letter, then at most 49 letters, digits and hyphens."
  }
}

variable "workspace" {
  description = "Workspace of the rules. It must be installed."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,64}$", var.workspace))
    error_message = "workspace must have 1 to 64 characters of A-Z a-z 0-9 . _ -, as it was installed."
  }
}

variable "rules" {
  description = "Rules by their id, each with service_id or service_name (exact), and what bind-rule takes besides."
  type = map(object({
    service_id           = optional(string)
    service_name         = optional(string)
    notify_on_resolve    = optional(bool, false)
    urgency              = optional(string, "service")
    group_by             = optional(string, "alert")
    escalation_policy_id = optional(string)
    enabled              = optional(bool, true)
    title                = optional(string)
    runbook_url          = optional(string)
    note                 = optional(string)
  }))
  nullable = false

  validation {
    condition     = alltrue([for id in keys(var.rules) : can(regex("^[A-Za-z0-9._:/-]{1,128}$", id))])
    error_message = "A rule's id must have 1 to 128 characters of A-Z a-z 0-9 . _ - : /. What an alert of the rule calls it says docs/alerts.md, \"Names of rules\"."
  }
  validation {
    condition     = alltrue([for rule in values(var.rules) : (rule.service_id != null) != (rule.service_name != null)])
    error_message = "Each rule needs either service_id or service_name. list-services shows both."
  }
  validation {
    condition     = alltrue([for rule in values(var.rules) : contains(["service", "high", "low", "severity"], rule.urgency)])
    error_message = "urgency must be service (the service's own settings), high, low or severity."
  }
  validation {
    condition     = alltrue([for rule in values(var.rules) : contains(["alert", "rule"], rule.group_by)])
    error_message = "group_by must be alert (each alert has its own incident) or rule (all share one)."
  }
  validation {
    condition     = alltrue([for rule in values(var.rules) : !(rule.group_by == "rule" && rule.urgency == "severity")])
    error_message = "group_by rule and urgency severity do not go together: alerts that share an incident share its urgency. Set urgency to high, low or service, or group_by to alert."
  }
  validation {
    condition     = alltrue([for rule in values(var.rules) : try(length(rule.title) <= 255, true) && try(length(rule.note) <= 1000, true) && try(length(rule.runbook_url) <= 1024, true)])
    error_message = "title has at most 255 characters, runbook_url 1024, note 1000. Shorten it."
  }
  validation {
    condition     = alltrue([for rule in values(var.rules) : rule.runbook_url == null || can(regex("^https?://[^@/]+(/|$|\\?|#)", rule.runbook_url))])
    error_message = "runbook_url must begin with http:// or https:// and have no user or password in it."
  }
}

variable "rebind_when" {
  description = "Any text; when it changes, all rules are bound again. Set it to the PagerDuty account's subdomain: after an install with another account every rule must be bound anew."
  type        = string
  default     = null
}

variable "check_drift" {
  description = "At each plan, compares the rules with what list-bindings says, and warns of what somebody changed or removed by hand."
  type        = bool
  default     = false
  nullable    = false
}
