mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name                = "paging"
  package             = { s3_bucket = "packages", s3_key = "function.zip" }
  alarms              = { topic_arns = ["arn:aws:sns:eu-west-1:123456789012:people"] }
  deletion_protection = false
}

run "no_event_source_unless_it_is_asked_for" {
  assert {
    condition     = length(aws_cloudwatch_event_rule.alarms) == 0 && length(aws_sns_topic_subscription.alerts) == 0 && length(aws_sqs_queue.undelivered_events) == 0
    error_message = "Without inputs there is no event source."
  }
}

run "cloudwatch_alarms_page" {
  variables {
    cloudwatch_alarms = { enabled = true, name_prefix = "prod-" }
  }
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.alarms[0].event_pattern) == {
      source        = ["aws.cloudwatch"]
      "detail-type" = ["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change", "CloudWatch Alarm Configuration Change"]
      resources     = [{ "anything-but" = { prefix = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:paging-" } }]
      detail        = { alarmName = [{ prefix = "prod-" }] }
    }
    error_message = "All that CloudWatch tells of the alarms with the prefix pages, and never the stack's own. Found ${aws_cloudwatch_event_rule.alarms[0].event_pattern}"
  }
  assert {
    condition     = aws_cloudwatch_event_target.alarms[0].dead_letter_config[0].arn == "arn:aws:sqs:eu-west-1:123456789012:paging-alerts-dead" && length(aws_cloudwatch_event_target.alarms[0].sqs_target) == 0
    error_message = "What cannot be delivered is kept in the dead-letter queue."
  }
  assert {
    condition     = [for s in jsondecode(aws_sqs_queue_policy.alerts.policy).Statement : s.Condition.ArnEquals["aws:SourceArn"] if can(s.Condition.ArnEquals)] == ["arn:aws:events:eu-west-1:123456789012:rule/paging-cloudwatch"]
    error_message = "The rule may send, by its ARN. Found ${aws_sqs_queue_policy.alerts.policy}"
  }
  assert {
    condition     = [for s in jsondecode(aws_sqs_queue_policy.dead_letter.policy).Statement : s.Condition.ArnEquals["aws:SourceArn"] if can(s.Condition.ArnEquals)] == ["arn:aws:events:eu-west-1:123456789012:rule/paging-cloudwatch"]
    error_message = "The rule may keep what it cannot deliver. Found ${aws_sqs_queue_policy.dead_letter.policy}"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["undelivered-events"].metric_name == "FailedInvocations" && aws_cloudwatch_metric_alarm.this["undelivered-events"].dimensions["RuleName"] == "paging-cloudwatch"
    error_message = "What EventBridge cannot deliver is alarmed."
  }
}

run "all_cloudwatch_alarms_page_without_a_prefix" {
  variables {
    cloudwatch_alarms = { enabled = true }
  }
  assert {
    condition     = !can(jsondecode(aws_cloudwatch_event_rule.alarms[0].event_pattern).detail)
    error_message = "Without a prefix all alarms page."
  }
}

run "a_fifo_stack_keeps_undelivered_events_in_a_standard_queue" {
  variables {
    queue             = { fifo = true }
    cloudwatch_alarms = { enabled = true }
  }
  assert {
    condition     = aws_sqs_queue.undelivered_events[0].name == "paging-undelivered" && aws_sqs_queue.undelivered_events[0].fifo_queue != true
    error_message = "EventBridge takes no FIFO queue for what it cannot deliver."
  }
  assert {
    condition     = aws_cloudwatch_event_target.alarms[0].dead_letter_config[0].arn == aws_sqs_queue.undelivered_events[0].arn && aws_cloudwatch_event_target.alarms[0].sqs_target[0].message_group_id == "cloudwatch-alarms"
    error_message = "EventBridge needs a message group, and that queue."
  }
  assert {
    condition     = length([for s in jsondecode(aws_sqs_queue_policy.dead_letter.policy).Statement : s if s.Effect == "Allow"]) == 0
    error_message = "Nobody sends to the dead-letter queue from outside then."
  }
}

run "a_topic_feeds_the_queue" {
  variables {
    alert_topic_arn = "arn:aws:sns:eu-west-1:123456789012:alerts"
  }
  assert {
    condition     = aws_sns_topic_subscription.alerts[0].endpoint == "arn:aws:sqs:eu-west-1:123456789012:paging-alerts" && jsondecode(aws_sns_topic_subscription.alerts[0].redrive_policy).deadLetterTargetArn == "arn:aws:sqs:eu-west-1:123456789012:paging-alerts-dead"
    error_message = "The topic's messages reach the alert queue, and what cannot be delivered the dead-letter queue."
  }
  assert {
    condition     = aws_sns_topic_subscription.alerts[0].raw_message_delivery != true
    error_message = "Raw, SNS would drop messages of more than ten attributes, and the time of sending."
  }
  assert {
    condition     = strcontains(aws_sqs_queue_policy.alerts.policy, "arn:aws:sns:eu-west-1:123456789012:alerts") && strcontains(aws_sqs_queue_policy.dead_letter.policy, "arn:aws:sns:eu-west-1:123456789012:alerts")
    error_message = "The topic may send to both, by its ARN."
  }
}

run "a_prefix_without_alarms_is_refused" {
  command = plan

  variables {
    cloudwatch_alarms = { name_prefix = "prod-" }
  }
  expect_failures = [var.cloudwatch_alarms]
}

run "a_prefix_of_the_stack_itself_is_refused" {
  command = plan

  variables {
    cloudwatch_alarms = { enabled = true, name_prefix = "paging-" }
  }
  expect_failures = [var.cloudwatch_alarms]
}

run "a_standard_topic_of_a_fifo_stack_is_refused" {
  command = plan

  variables {
    queue           = { fifo = true }
    alert_topic_arn = "arn:aws:sns:eu-west-1:123456789012:alerts"
  }
  expect_failures = [var.alert_topic_arn]
}

run "the_topic_of_the_alarms_is_refused" {
  command = plan

  variables {
    alert_topic_arn = "arn:aws:sns:eu-west-1:123456789012:people"
  }
  expect_failures = [var.alert_topic_arn]
}
