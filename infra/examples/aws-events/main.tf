# Any event of AWS as an alert, by an input transformer: ECS tasks that die. events/sources/aws-events.yaml has AWS Health besides.

variable "package_path" {
  description = "The package that mvn package built."
  type        = string
  default     = "../../../target/function.zip"
}

variable "people_topic_arn" {
  description = "SNS topic that reaches people without this stack."
  type        = string
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  rule = "paging-ecs-task-died"
}

module "paging" {
  source = "../.."

  name    = "paging"
  package = { path = var.package_path }
  alarms  = { topic_arns = [var.people_topic_arn] }
  # By name, so that the rule may send before it is made.
  producers = { rule_arns = ["arn:${data.aws_partition.current.partition}:events:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:rule/${local.rule}"] }
}

# A service whose tasks die is one alert: while its incident is open, further deaths open none. No event says that it is well again,
# so a person resolves the incident.
resource "aws_cloudwatch_event_rule" "ecs_task_died" {
  name = local.rule

  event_pattern = jsonencode({
    source        = ["aws.ecs"]
    "detail-type" = ["ECS Task State Change"]
    detail = {
      lastStatus = ["STOPPED"]
      stopCode   = ["EssentialContainerExited", "TaskFailedToStart"]
    }
  })
}

resource "aws_cloudwatch_event_target" "ecs_task_died" {
  rule = aws_cloudwatch_event_rule.ecs_task_died.name
  arn  = module.paging.alert_queue_arn

  input_transformer {
    input_paths = {
      cluster = "$.detail.clusterArn"
      group   = "$.detail.group"
      reason  = "$.detail.stoppedReason"
      task    = "$.detail.taskArn"
      time    = "$.time"
    }
    # A placeholder without quotes becomes a JSON text with what must be escaped in it escaped. In quotes it does not: only for what
    # has no quotes in it. (jsonencode would write < and > as \u003c and \u003e.)
    input_template = <<-EOT
      {"workspaceId": "acme", "ruleId": "ecs-task-died", "alertId": "<cluster>/<group>", "status": "triggered",
       "title": "ECS task of <group> died", "summary": <reason>, "occurredAt": <time>, "source": <task>}
    EOT
  }
}
