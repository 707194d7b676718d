mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name                = "paging"
  package             = { s3_bucket = "packages", s3_key = "function.zip" }
  alarms              = { topic_arns = ["arn:aws:sns:eu-west-1:123456789012:people"] }
  deletion_protection = false
}

# What is refused, and by which input. Each message says what to do.

run "name_too_long" {
  command = plan

  variables {
    name = "a2345678901234567890123456789012345678901234567890x"
  }
  expect_failures = [var.name]
}

run "name_with_an_underscore" {
  command = plan

  variables {
    name = "my_paging"
  }
  expect_failures = [var.name]
}

run "package_neither" {
  command = plan

  variables {
    package = { runtime = "java21" }
  }
  expect_failures = [var.package]
}

run "package_both" {
  command = plan

  variables {
    package = { path = "versions.tf", s3_bucket = "packages", s3_key = "function.zip" }
  }
  expect_failures = [var.package]
}

run "package_is_no_file" {
  command = plan

  variables {
    package = { path = "no-such.zip" }
  }
  expect_failures = [var.package]
}

run "package_runtime" {
  command = plan

  variables {
    package = { s3_bucket = "packages", s3_key = "function.zip", runtime = "java17" }
  }
  expect_failures = [var.package]
}

run "package_architecture" {
  command = plan

  variables {
    package = { s3_bucket = "packages", s3_key = "function.zip", architecture = "x86" }
  }
  expect_failures = [var.package]
}

run "memory_size" {
  command = plan

  variables {
    memory_size = 64
  }
  expect_failures = [var.memory_size]
}

run "timeout_too_short" {
  command = plan

  variables {
    notify = { timeout = 9 }
  }
  expect_failures = [var.notify]
}

run "batch_without_a_window" {
  command = plan

  variables {
    notify = { batch_size = 50, batching_window = 0 }
  }
  expect_failures = [var.notify]
}

run "timeout_too_long" {
  command = plan

  variables {
    notify = { timeout = 120 }
  }
  expect_failures = [var.notify]
}

run "batch_too_large" {
  command = plan

  variables {
    notify = { batch_size = 251, batching_window = 1 }
  }
  expect_failures = [var.notify]
}

run "window_too_long" {
  command = plan

  variables {
    notify = { batching_window = 11 }
  }
  expect_failures = [var.notify]
}

run "window_of_a_fifo_queue" {
  command = plan

  variables {
    notify = { batching_window = 1 }
    queue  = { fifo = true }
  }
  expect_failures = [var.notify]
}

run "burst_above_the_limit" {
  command = plan

  variables {
    pagerduty = { burst = 961 }
  }
  expect_failures = [var.pagerduty]
}

run "concurrency_of_one" {
  command = plan

  variables {
    notify = { maximum_concurrency = 1 }
  }
  expect_failures = [var.notify]
}

run "retention_too_short" {
  command = plan

  variables {
    queue = { retention = 60 }
  }
  expect_failures = [var.queue]
}

run "receives_too_many" {
  command = plan

  variables {
    queue = { max_receives = 1001 }
  }
  expect_failures = [var.queue]
}

run "messages_too_small" {
  command = plan

  variables {
    queue = { max_message_size = 65536 }
  }
  expect_failures = [var.queue]
}

run "rate_of_nothing" {
  command = plan

  variables {
    pagerduty = { rate_per_minute = 0 }
  }
  expect_failures = [var.pagerduty]
}

run "share_of_nothing" {
  command = plan

  variables {
    pagerduty = { low_urgency_share = 0 }
  }
  expect_failures = [var.pagerduty]
}

run "repeat_window_in_words" {
  command = plan

  variables {
    pagerduty = { repeat_window = "5 minutes" }
  }
  expect_failures = [var.pagerduty]
}

run "repeat_window_of_nothing" {
  command = plan

  variables {
    pagerduty = { repeat_window = "PT" }
  }
  expect_failures = [var.pagerduty]
}

run "url_with_a_path" {
  command = plan

  variables {
    pagerduty = { urls = { us = "https://api.pagerduty.com/" } }
  }
  expect_failures = [var.pagerduty]
}

run "default_workspace" {
  command = plan

  variables {
    alerts = { default_workspace = "a b" }
  }
  expect_failures = [var.alerts]
}

run "insufficient_data" {
  command = plan

  variables {
    alerts = { insufficient_data = "drop" }
  }
  expect_failures = [var.alerts]
}

run "prefix_without_a_slash" {
  command = plan

  variables {
    secret_prefix = "pagerduty"
  }
  expect_failures = [var.secret_prefix]
}

run "prefix_of_nothing" {
  command = plan

  variables {
    secret_prefix = "/"
  }
  expect_failures = [var.secret_prefix]
}

run "prefix_among_tokens_that_are_handed_over" {
  command = plan

  variables {
    secret_prefix = "pagerduty-handover/paging/"
  }
  expect_failures = [var.secret_prefix]
}

run "log_level_in_other_words" {
  command = plan

  variables {
    log_level = "info"
  }
  expect_failures = [var.log_level]
}

run "key_by_alias" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/tokens"
  }
  expect_failures = [var.kms_key_arn]
}

run "metrics_namespace_of_aws" {
  command = plan

  variables {
    metrics_namespace = "AWS/Paging"
  }
  expect_failures = [var.metrics_namespace]
}

run "account_id" {
  command = plan

  variables {
    producers = { account_ids = ["12345"] }
  }
  expect_failures = [var.producers]
}

run "topic_among_rules" {
  command = plan

  variables {
    producers = { rule_arns = ["arn:aws:sns:eu-west-1:123456789012:topic"] }
  }
  expect_failures = [var.producers]
}

run "alarm_topic" {
  command = plan

  variables {
    alarms = { topic_arns = ["people@example.com"] }
  }
  expect_failures = [var.alarms]
}

run "alarm_in_seconds" {
  command = plan

  variables {
    alarms = { topic_arns = ["arn:aws:sns:eu-west-1:123456789012:people"], alert_to_page_milliseconds = 300 }
  }
  expect_failures = [var.alarms]
}

run "log_retention" {
  command = plan

  variables {
    log_retention_days = 10
  }
  expect_failures = [var.log_retention_days]
}

run "permissions_boundary" {
  command = plan

  variables {
    permissions_boundary_arn = "boundary"
  }
  expect_failures = [var.permissions_boundary_arn]
}

run "environment_of_the_module" {
  command = plan

  variables {
    environment = { PAGING_STACK = "other" }
  }
  expect_failures = [var.environment]
}

run "environment_of_lambda" {
  command = plan

  variables {
    environment = { AWS_REGION = "eu-west-1" }
  }
  expect_failures = [var.environment]
}

run "alarms_without_a_topic_are_told" {
  command = plan

  variables {
    alarms = {}
  }
  expect_failures = [check.alarms_tell_somebody]
}

run "alarms_without_metrics_are_told" {
  command = plan

  variables {
    metrics_namespace = "none"
  }
  expect_failures = [check.alarms_have_metrics]
}

run "a_jvm_without_memory_is_told" {
  command = plan

  variables {
    package     = { s3_bucket = "packages", s3_key = "function.zip", runtime = "java21" }
    memory_size = 256
  }
  expect_failures = [check.memory_for_the_jvm]
}

run "a_standard_topic_of_a_fifo_queue_is_told" {
  command = plan

  variables {
    queue     = { fifo = true }
    producers = { topic_arns = ["arn:aws:sns:eu-west-1:123456789012:topic"] }
  }
  expect_failures = [check.fifo_producers]
}

run "an_alarm_that_comes_too_late_is_told" {
  command = plan

  variables {
    queue = { retention = 3600 }
  }
  expect_failures = [check.retention_and_threshold]
}
