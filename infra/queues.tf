resource "aws_sqs_queue" "alerts" {
  name       = local.alert_queue
  fifo_queue = var.queue.fifo
  # EventBridge takes a FIFO queue only so, and gives no deduplication ids. Our own messages have theirs, which go before.
  content_based_deduplication = var.queue.fifo
  visibility_timeout_seconds  = local.visibility_timeout
  message_retention_seconds   = var.queue.retention
  max_message_size            = var.queue.max_message_size
  receive_wait_time_seconds   = 20
  sqs_managed_sse_enabled     = true
  tags                        = var.tags

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

  # Nobody else's queue may have it as its own.
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.arn.alert_queue]
  })
}

# Who may send: whom producers name, the stack's own event sources (events.tf), and who has the right by a policy of this account. And
# nobody without TLS.
locals {
  # Each service by the condition that it documents.
  # https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  sources = {
    "sns.amazonaws.com"    = var.producers.topic_arns
    "events.amazonaws.com" = var.producers.rule_arns
  }

  producer_statements = concat(
    [for service, arns in local.sources : {
      Effect    = "Allow"
      Principal = { Service = service }
      Action    = "sqs:SendMessage"
      Resource  = local.arn.alert_queue
      Condition = { ArnLike = { "aws:SourceArn" = arns } }
    } if length(arns) > 0],
    length(var.producers.account_ids) == 0 ? [] : [{
      Effect    = "Allow"
      Principal = { AWS = [for id in var.producers.account_ids : "arn:${local.partition}:iam::${id}:root"] }
      Action    = "sqs:SendMessage"
      Resource  = local.arn.alert_queue
    }],
  )

  tls_only = { for key in ["alert_queue", "dead_letter"] : key => {
    Effect    = "Deny"
    Principal = "*"
    Action    = "sqs:*"
    Resource  = local.arn[key]
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  } }
}

resource "aws_sqs_queue_policy" "alerts" {
  queue_url = aws_sqs_queue.alerts.url
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.tls_only.alert_queue], local.producer_statements, local.event_source_statements)
  })
}

resource "aws_sqs_queue_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.url
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.tls_only.dead_letter], local.undelivered_statements)
  })
}
