resource "aws_sqs_queue" "alerts" {
  name                       = local.alert_queue
  fifo_queue                 = var.queue.fifo
  visibility_timeout_seconds = local.visibility_timeout
  message_retention_seconds  = var.queue.retention
  max_message_size           = var.queue.max_message_size
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = var.queue.max_receives
  })
}

resource "aws_sqs_queue" "dead_letter" {
  name       = local.dead_letter
  fifo_queue = var.queue.fifo
  # The longest there is: what lies here waits for a person.
  message_retention_seconds = 1209600
  # As the alert queue: what lies here must fit in there to be sent back.
  max_message_size        = var.queue.max_message_size
  sqs_managed_sse_enabled = true
  tags                    = var.tags
}

locals {
  named_sources = concat(var.producers.topic_arns, var.producers.rule_arns)

  # CloudWatch alarms come through EventBridge rules and SNS topics of this account, unless they are named.
  producer_statements = concat(
    length(local.named_sources) > 0 ? [] : [{
      Effect    = "Allow"
      Principal = { Service = ["events.amazonaws.com", "sns.amazonaws.com"] }
      Action    = "sqs:SendMessage"
      Resource  = local.arn.alert_queue
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }],
    [for service, arns in { "sns.amazonaws.com" = var.producers.topic_arns, "events.amazonaws.com" = var.producers.rule_arns } : {
      Effect                                    = "Allow"
      Principal                                 = { Service = [service] }
      Action                                    = "sqs:SendMessage"
      Resource                                  = local.arn.alert_queue
      Condition                                 = { ArnEquals = { "aws:SourceArn" = arns } }
    } if length(arns) > 0],
    [for id in var.producers.account_ids : {
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${id}:root" }
      Action    = "sqs:SendMessage"
      Resource  = local.arn.alert_queue
    }],
    local.event_source_statements,
  )
}

resource "aws_sqs_queue_policy" "alerts" {
  queue_url = aws_sqs_queue.alerts.url
  policy    = jsonencode({ Version = "2012-10-17", Statement = local.producer_statements })
}

resource "aws_sqs_queue_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.undelivered_statements, [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = local.arn.dead_letter
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }])
  })
}
