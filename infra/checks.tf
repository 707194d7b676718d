check "alarms_tell_somebody" {
  assert {
    condition     = length(var.alarms.topic_arns) > 0
    error_message = "The alarms tell nobody. Give alarms.topic_arns an SNS topic with a way to people that does not lead through this stack: e-mail, or PagerDuty's own CloudWatch integration."
  }
}

check "alarms_have_metrics" {
  assert {
    condition     = var.metrics_namespace != "none"
    error_message = "metrics_namespace is none: the functions write no metrics, so the alarms on them stay quiet, needs-action and reauth-required among them. Set a namespace, or watch the log of notify yourself."
  }
}

check "memory_for_the_jvm" {
  assert {
    condition     = var.package.runtime == "provided.al2023" || local.memory_size >= 512
    error_message = "memory_size is ${local.memory_size} MB, and the JVM package wants 512 or more. Raise it, leave it out, or deploy the native package (mvn package -Dnative)."
  }
}

check "fifo_producers" {
  assert {
    condition     = !var.queue.fifo || alltrue([for arn in var.producers.topic_arns : endswith(arn, ".fifo")])
    error_message = "queue.fifo is true, and producers.topic_arns has a standard topic: SNS feeds FIFO queues from FIFO topics alone. Set queue.fifo to false, or use a FIFO topic (its name ends in .fifo)."
  }
}

check "retention_and_threshold" {
  assert {
    condition     = var.alarms.oldest_alert_seconds < var.queue.retention - 3600
    error_message = "The alarms oldest-alert and long-wait would ring after alerts have expired: notify takes them out an hour before queue.retention (${var.queue.retention} s) is over. Lower alarms.oldest_alert_seconds, or raise queue.retention."
  }
}

# Destroyed before everything else, and refuses that while deletion_protection is true: a destroy that fails at the first table
# would already have removed the functions. Its input is kept in the state, where a destroy finds it.
resource "terraform_data" "deletion_protection" {
  input = var.deletion_protection

  provisioner "local-exec" {
    when        = destroy
    interpreter = ["sh", "-c"]
    command     = "test '${self.input}' != true || { echo 'deletion_protection is true: set it to false and apply, then destroy. Nothing was destroyed.' >&2; exit 1; }"
  }

  # All that the module makes: what is missing here is destroyed first.
  depends_on = [
    aws_cloudwatch_dashboard.this,
    aws_cloudwatch_event_rule.alarms,
    aws_cloudwatch_event_target.alarms,
    aws_cloudwatch_log_group.function,
    aws_cloudwatch_metric_alarm.this,
    aws_dynamodb_table.deliveries,
    aws_dynamodb_table.installations,
    aws_dynamodb_table.rate_budgets,
    aws_dynamodb_table.rule_bindings,
    aws_iam_role.function,
    aws_iam_role_policy.function,
    aws_kms_key.tokens,
    aws_lambda_event_source_mapping.alerts,
    aws_lambda_function.this,
    aws_sns_topic_subscription.alerts,
    aws_sqs_queue.alerts,
    aws_sqs_queue.dead_letter,
    aws_sqs_queue.undelivered_events,
    aws_sqs_queue_policy.alerts,
    aws_sqs_queue_policy.dead_letter,
    aws_sqs_queue_policy.undelivered_events,
  ]
}
