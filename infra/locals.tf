data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id

  fifo_suffix = var.queue.fifo ? ".fifo" : ""
  alert_queue = "${var.name}-alerts${local.fifo_suffix}"
  dead_letter = "${var.name}-alerts-dead${local.fifo_suffix}"

  # 15 s more: 10 for a process that has to start first (Lambda's limit for that), 5 for the lease, which is so much longer than the
  # time-out. So a message is back when nobody can hold its claim any more (docs/adr/0030-what-a-crash-and-a-storm-cost.md).
  visibility_timeout = var.notify.timeout + 15

  memory_size = var.memory_size != null ? var.memory_size : (var.package.runtime == "provided.al2023" ? 256 : 512)

  secret_prefix = var.secret_prefix != null ? var.secret_prefix : "pagerduty/${var.name}/"
  # Secrets that users write for install to read once. Not below secret_prefix: they have no tag of the stack's.
  handover_prefix = "pagerduty-handover/${var.name}/"

  key_arn = var.kms_key_arn != null ? var.kms_key_arn : one(aws_kms_key.tokens[*].arn)

  # ARNs from names: nothing waits for another resource to know them. What must exist first says depends_on.
  arn = {
    installations = "${local.table_arn}-Installations"
    rule_bindings = "${local.table_arn}-RuleBindings"
    deliveries    = "${local.table_arn}-Deliveries"
    rate_budgets  = "${local.table_arn}-RateBudgets"
    alert_queue   = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.alert_queue}"
    dead_letter   = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.dead_letter}"
    secrets       = "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${local.secret_prefix}*"
    handed_over   = "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${local.handover_prefix}*"
    log_groups    = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:"
  }
  table_arn = "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${var.name}"
}
