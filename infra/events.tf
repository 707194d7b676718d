# The stack's own event sources: CloudWatch alarms by an EventBridge rule, and a topic of SNS. Other sources: docs/sources.md.

locals {
  alarm_rule     = "${var.name}-cloudwatch"
  alarm_rule_arn = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${local.alarm_rule}"
  own_alarms     = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}-"

  # EventBridge takes no FIFO queue for what it cannot deliver.
  needs_undelivered_events = var.cloudwatch_alarms.enabled && var.queue.fifo

  event_sources = concat(
    var.cloudwatch_alarms.enabled ? [{ service = "events.amazonaws.com", arn = local.alarm_rule_arn, dead_letters = !var.queue.fifo }] : [],
    var.alert_topic_arn != null ? [{ service = "sns.amazonaws.com", arn = var.alert_topic_arn, dead_letters = true }] : [],
  )
  event_source_statements = [for source in local.event_sources : {
    Effect    = "Allow"
    Principal = { Service = source.service }
    Action    = "sqs:SendMessage"
    Resource  = local.arn.alert_queue
    Condition = { ArnEquals = { "aws:SourceArn" = source.arn } }
  }]
  undelivered_statements = [for source in local.event_sources : {
    Effect    = "Allow"
    Principal = { Service = source.service }
    Action    = "sqs:SendMessage"
    Resource  = local.arn.dead_letter
    Condition = { ArnEquals = { "aws:SourceArn" = source.arn } }
  } if source.dead_letters]
}

resource "aws_cloudwatch_event_rule" "alarms" {
  count = var.cloudwatch_alarms.enabled ? 1 : 0

  name        = local.alarm_rule
  description = "CloudWatch alarms that page."
  tags        = var.tags

  event_pattern = jsonencode(merge(
    {
      source = ["aws.cloudwatch"]
      # The deletion of an alarm, a configuration change, resolves its incident.
      "detail-type" = ["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change", "CloudWatch Alarm Configuration Change"]
      # Not the stack's own alarms: a stack that cannot page cannot tell you so by paging. By the ARN, since two conditions on one
      # field are an "or".
      resources = [{ "anything-but" = { prefix = local.own_alarms } }]
    },
    var.cloudwatch_alarms.name_prefix == "" ? {} : { detail = { alarmName = [{ prefix = var.cloudwatch_alarms.name_prefix }] } },
  ))
}

# What SQS does not take is tried again for 24 hours, 185 times at most, and then goes to the dead-letter queue.
resource "aws_cloudwatch_event_target" "alarms" {
  count = var.cloudwatch_alarms.enabled ? 1 : 0

  rule      = aws_cloudwatch_event_rule.alarms[0].name
  target_id = "alert-queue"
  arn       = local.arn.alert_queue

  dead_letter_config {
    arn = var.queue.fifo ? aws_sqs_queue.undelivered_events[0].arn : local.arn.dead_letter
  }

  # One group for all: EventBridge cannot tell one alarm from another.
  dynamic "sqs_target" {
    for_each = var.queue.fifo ? ["cloudwatch-alarms"] : []
    content {
      message_group_id = sqs_target.value
    }
  }

  # What EventBridge may not deliver it does not try again.
  depends_on = [aws_sqs_queue_policy.alerts, aws_sqs_queue_policy.dead_letter]
}

# With its envelope, not raw: SNS drops a raw message of more than ten attributes, and only the envelope has the time at which SNS
# took it.
resource "aws_sns_topic_subscription" "alerts" {
  count = var.alert_topic_arn != null ? 1 : 0

  topic_arn      = var.alert_topic_arn
  protocol       = "sqs"
  endpoint       = local.arn.alert_queue
  redrive_policy = jsonencode({ deadLetterTargetArn = local.arn.dead_letter })

  depends_on = [aws_sqs_queue_policy.alerts, aws_sqs_queue_policy.dead_letter]
}

resource "aws_sqs_queue" "undelivered_events" {
  count = local.needs_undelivered_events ? 1 : 0

  name                      = "${var.name}-undelivered"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

resource "aws_sqs_queue_policy" "undelivered_events" {
  count = local.needs_undelivered_events ? 1 : 0

  queue_url = aws_sqs_queue.undelivered_events[0].url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.undelivered_events[0].arn
        Condition = { ArnEquals = { "aws:SourceArn" = local.alarm_rule_arn } }
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.undelivered_events[0].arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
