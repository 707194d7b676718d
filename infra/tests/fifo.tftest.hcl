mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name                = "paging"
  package             = { s3_bucket = "packages", s3_key = "function.zip" }
  alarms              = { topic_arns = ["arn:aws:sns:eu-west-1:123456789012:people"] }
  deletion_protection = false
  queue               = { fifo = true }
}

run "fifo_queues_are_named_so" {
  assert {
    condition     = aws_sqs_queue.alerts.name == "paging-alerts.fifo" && aws_sqs_queue.dead_letter.name == "paging-alerts-dead.fifo"
    error_message = "The names of FIFO queues end in .fifo."
  }
  assert {
    condition     = aws_sqs_queue.alerts.fifo_queue && aws_sqs_queue.dead_letter.fifo_queue
    error_message = "A FIFO queue has a FIFO dead-letter queue."
  }
  assert {
    condition     = aws_sqs_queue.alerts.content_based_deduplication
    error_message = "EventBridge gives no deduplication id, so the content must be one."
  }
}

run "batches_are_those_of_fifo" {
  assert {
    condition     = aws_lambda_event_source_mapping.alerts.batch_size == 10 && aws_lambda_event_source_mapping.alerts.maximum_batching_window_in_seconds == null
    error_message = "FIFO gives 10 messages at most, and has no window."
  }
  assert {
    condition     = aws_sqs_queue.alerts.visibility_timeout_seconds == 45
    error_message = "The visibility time-out does not depend on the kind of queue."
  }
}

run "rights_and_alarms_follow_the_names" {
  command = apply

  assert {
    condition     = strcontains(aws_iam_role_policy.function["notify"].policy, "arn:aws:sqs:eu-west-1:123456789012:paging-alerts.fifo")
    error_message = "notify must be allowed to receive from the FIFO queue."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["oldest-alert"].dimensions["QueueName"] == "paging-alerts.fifo"
    error_message = "The alarms must watch the FIFO queue."
  }
}
