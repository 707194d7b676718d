# CloudWatch alarms page. An alarm is bound under its name (docs/alerts.md, "Names of rules"); its workspace is the one named like
# the account, or alerts.default_workspace.

variable "package" {
  description = "The package that mvn package built; for the JVM package runtime = \"java21\"."
  type = object({
    path    = optional(string, "../../../target/function.zip")
    runtime = optional(string, "provided.al2023")
  })
  default = {}
}

variable "workspace" {
  description = "Workspace of all alarms."
  type        = string
  default     = "acme"
}

variable "alarm_name_prefix" {
  description = "Only alarms whose names begin so page. Empty for all but the stack's own."
  type        = string
  default     = ""
}

variable "people_topic_arn" {
  description = "SNS topic that reaches people without this stack."
  type        = string
}

module "paging" {
  source = "../.."

  name              = "paging"
  package           = var.package
  alarms            = { topic_arns = [var.people_topic_arn] }
  alerts            = { default_workspace = var.workspace }
  cloudwatch_alarms = { enabled = true, name_prefix = var.alarm_name_prefix }
}

output "alert_queue_url" {
  value = module.paging.alert_queue_url
}

output "install_command" {
  value = module.paging.install_command
}

output "tables" {
  value = module.paging.tables
}
