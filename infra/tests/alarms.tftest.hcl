mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name                = "paging"
  package             = { s3_bucket = "packages", s3_key = "function.zip" }
  alarms              = { topic_arns = ["arn:aws:sns:eu-west-1:123456789012:people"] }
  deletion_protection = false
}

run "alarms" {
  assert {
    condition     = alltrue([for key, a in aws_cloudwatch_metric_alarm.this : a.alarm_name == "paging-${key}" && a.treat_missing_data == "notBreaching" && length(a.alarm_description) <= 1024])
    error_message = "An alarm is named after the stack, is quiet without data, and its description fits."
  }
  assert {
    condition     = alltrue([for a in aws_cloudwatch_metric_alarm.this : length(a.alarm_actions) == 1])
    error_message = "Each alarm must tell the topic."
  }
  assert {
    condition     = toset([for key, a in aws_cloudwatch_metric_alarm.this : key if length(a.ok_actions) > 0]) == toset(["alert-to-page", "dead-letter-queue", "long-wait", "oldest-alert"])
    error_message = "The topic is told of the end of these four."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["notify-errors"].dimensions["FunctionName"] == "paging-notify" && aws_cloudwatch_metric_alarm.this["dead-letter-queue"].dimensions["QueueName"] == "paging-alerts-dead"
    error_message = "The alarms must watch this stack."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["alert-to-page"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.this["alert-to-page"].threshold == 300000
    error_message = "alert-to-page looks at the 95th percentile."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["needs-action"].evaluation_periods == 60 && aws_cloudwatch_metric_alarm.this["needs-action"].namespace == "PagerDutyIntegration"
    error_message = "needs-action looks at an hour of our own metric."
  }
}

run "thresholds_can_be_chosen" {
  variables {
    metrics_namespace = "Paging/two"
    alarms = {
      topic_arns                 = ["arn:aws:sns:eu-west-1:123456789012:people"]
      oldest_alert_seconds       = 600
      alert_to_page_milliseconds = 60000
    }
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["oldest-alert"].threshold == 600 && aws_cloudwatch_metric_alarm.this["long-wait"].threshold == 600 && aws_cloudwatch_metric_alarm.this["alert-to-page"].threshold == 60000
    error_message = "The thresholds must reach the alarms."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["refused"].namespace == "Paging/two" && aws_lambda_function.this["notify"].environment[0].variables["PAGING_METRICS_NAMESPACE"] == "Paging/two"
    error_message = "Functions and alarms must use one namespace."
  }
}
