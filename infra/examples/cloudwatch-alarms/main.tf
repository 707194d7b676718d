# CloudWatch alarms page: a rule of EventBridge sends their changes to the queue. An alarm is bound under its name
# (docs/alerts.md, "Names of rules"); its workspace is the one named like the account, or alerts.default_workspace.

variable "package_path" {
  description = "The package that mvn package built."
  type        = string
  default     = "../../../target/function.zip"
}

variable "alarm_name_prefix" {
  description = "Only alarms whose names begin so page."
  type        = string
  default     = "prod-"
}

variable "people_topic_arn" {
  description = "SNS topic that reaches people without this stack."
  type        = string
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  stack     = "paging"
  workspace = "acme"
  rule      = "${local.stack}-cloudwatch-alarms"
}

module "paging" {
  source = "../.."

  name    = local.stack
  package = { path = var.package_path }
  alarms  = { topic_arns = [var.people_topic_arn] }
  alerts  = { default_workspace = local.workspace }
  # Nobody else may send.
  producers = { rule_arns = ["arn:${data.aws_partition.current.partition}:events:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:rule/${local.rule}"] }
}

resource "aws_cloudwatch_event_rule" "alarms" {
  name        = local.rule
  description = "CloudWatch alarms that page: state changes, contributors, deletions."

  # Not the stack's own alarms, whose names begin with its name: a stack that cannot page cannot tell you so by paging.
  event_pattern = jsonencode({
    source        = ["aws.cloudwatch"]
    "detail-type" = [{ prefix = "CloudWatch Alarm " }]
    detail        = { alarmName = [{ prefix = var.alarm_name_prefix }] }
  })

  lifecycle {
    precondition {
      condition     = !startswith("${local.stack}-", var.alarm_name_prefix) && !startswith(var.alarm_name_prefix, "${local.stack}-")
      error_message = "alarm_name_prefix matches the alarms of this stack itself. Choose another prefix, or another name for the stack."
    }
  }
}

resource "aws_cloudwatch_event_target" "queue" {
  rule = aws_cloudwatch_event_rule.alarms.name
  arn  = module.paging.alert_queue_arn
}

output "install_command" {
  value = module.paging.install_command
}

output "tables" {
  value = module.paging.tables
}
