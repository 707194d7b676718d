mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name                = "paging"
  package             = { s3_bucket = "packages", s3_key = "function.zip" }
  alarms              = { topic_arns = ["arn:aws:sns:eu-west-1:123456789012:people"] }
  deletion_protection = false
}

run "all_alarms_stand_on_top" {
  variables {
    cloudwatch_alarms = { enabled = true }
    pagerduty         = { rate_per_minute = 120 }
  }
  assert {
    condition = toset(jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets[0].properties.alarms) == toset([
      for alarm in aws_cloudwatch_metric_alarm.this : "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${alarm.alarm_name}"
    ])
    error_message = "The dashboard begins with the states of all alarms."
  }
  assert {
    condition     = strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, "\"value\": 120}") && strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, "\"paging-alerts-dead\"")
    error_message = "The dashboard shows this stack, with its own thresholds."
  }
}

run "no_dashboard_if_it_is_not_wanted" {
  variables {
    dashboard = false
  }
  assert {
    condition     = length(aws_cloudwatch_dashboard.this) == 0
    error_message = "dashboard = false makes none."
  }
}
