mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name                = "paging"
  package             = { s3_bucket = "packages", s3_key = "function.zip" }
  alarms              = { topic_arns = ["arn:aws:sns:eu-west-1:123456789012:people"] }
  deletion_protection = false
}

run "everything_is_made" {
  assert {
    condition     = length(aws_lambda_function.this) == 10 && length(aws_cloudwatch_metric_alarm.this) == 14
    error_message = "There must be ten functions and fourteen alarms."
  }
  assert {
    condition     = alltrue([for key, f in aws_lambda_function.this : f.function_name == "paging-${key}" && f.environment[0].variables["QUARKUS_FUNQY_EXPORT"] == key])
    error_message = "Each function must export what it is named after."
  }
  assert {
    condition     = alltrue([for f in aws_lambda_function.this : tostring(f.timeout) == f.environment[0].variables["PAGING_TIMEOUT"]])
    error_message = "Each function must be told its own time-out."
  }
  assert {
    condition     = alltrue([for f in aws_lambda_function.this : f.memory_size == 256 && f.runtime == "provided.al2023" && f.architectures == tolist(["x86_64"])])
    error_message = "Without runtime it is the native package, with 256 MB."
  }
  assert {
    condition     = aws_lambda_function.this["notify"].timeout == 30 && aws_lambda_function.this["send-test"].timeout == 28 && aws_lambda_function.this["install"].timeout == 60
    error_message = "The time-outs must be those of the template."
  }
  assert {
    condition = alltrue([for key, f in aws_lambda_function.this :
      f.logging_config[0].log_format == "JSON" && f.logging_config[0].log_group == "/aws/lambda/paging-${key}" && aws_cloudwatch_log_group.function[key].retention_in_days == 30
    ])
    error_message = "Each function must log to its own group, which is kept for 30 days."
  }
}

run "two_stacks_of_an_account_have_secrets_of_their_own" {
  assert {
    condition     = alltrue([for f in aws_lambda_function.this : f.environment[0].variables["PAGING_SECRET_PREFIX"] == "pagerduty/paging/"])
    error_message = "Without secret_prefix the secrets are named after the stack."
  }
  assert {
    condition     = { for key, f in aws_lambda_function.this : key => f.environment[0].variables["PAGING_HANDOVER_PREFIX"] if can(f.environment[0].variables["PAGING_HANDOVER_PREFIX"]) } == { install = "pagerduty-handover/paging/" }
    error_message = "install alone reads tokens that are handed over, by the stack's name."
  }
  assert {
    condition     = output.handover_prefix == "pagerduty-handover/paging/"
    error_message = "The output must say where a token may be handed over."
  }
}

run "a_prefix_is_taken_as_given" {
  command = apply

  variables {
    secret_prefix = "pagerduty/"
  }
  assert {
    condition     = alltrue([for f in aws_lambda_function.this : f.environment[0].variables["PAGING_SECRET_PREFIX"] == "pagerduty/"])
    error_message = "A stack that had the old default must be able to keep it."
  }
  assert {
    condition     = strcontains(aws_iam_role_policy.function["notify"].policy, ":secret:pagerduty/*")
    error_message = "The policies must follow the prefix."
  }
}

run "the_log_level_reaches_all_functions" {
  variables {
    log_level = "DEBUG"
  }
  assert {
    condition     = alltrue([for f in aws_lambda_function.this : f.environment[0].variables["QUARKUS_LOG_LEVEL"] == "DEBUG"])
    error_message = "All functions must log at the level."
  }
  assert {
    condition     = alltrue([for f in aws_lambda_function.this : f.logging_config[0].application_log_level == "TRACE"])
    error_message = "Lambda must not keep back what the level lets through."
  }
}

run "what_can_be_derived_is_derived" {
  assert {
    condition     = aws_sqs_queue.alerts.visibility_timeout_seconds == 45
    error_message = "The visibility time-out must be 15 seconds more than the time-out of notify."
  }
  assert {
    condition     = aws_lambda_function.this["notify"].environment[0].variables["PAGING_QUEUE_RETENTION"] == tostring(aws_sqs_queue.alerts.message_retention_seconds)
    error_message = "notify must know the queue's retention."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.alerts.redrive_policy).maxReceiveCount == 1000 && aws_lambda_function.this["notify"].environment[0].variables["PAGING_MAX_RECEIVES"] == "1000"
    error_message = "notify must know the queue's maxReceiveCount."
  }
  assert {
    condition     = aws_sqs_queue.alerts.max_message_size == aws_sqs_queue.dead_letter.max_message_size
    error_message = "What lies in the dead-letter queue must fit into the alert queue."
  }
}

run "the_ledger_has_its_index" {
  assert {
    condition     = one(aws_dynamodb_table.deliveries.global_secondary_index).name == "byRule" && one(aws_dynamodb_table.deliveries.global_secondary_index).projection_type == "KEYS_ONLY"
    error_message = "Deliveries must have the index byRule, of keys alone."
  }
  assert {
    condition     = aws_dynamodb_table.deliveries.ttl[0].attribute_name == "expiresAtEpochSeconds" && aws_dynamodb_table.rate_budgets.ttl[0].attribute_name == "expiresAtEpochSeconds"
    error_message = "Deliveries and RateBudgets must expire."
  }
  assert {
    condition = alltrue([for t in [aws_dynamodb_table.installations, aws_dynamodb_table.rule_bindings, aws_dynamodb_table.deliveries] :
      t.point_in_time_recovery[0].enabled
    ])
    error_message = "What cannot be made anew must have point-in-time recovery."
  }
}

run "the_event_source_is_explicit" {
  assert {
    condition     = aws_lambda_event_source_mapping.alerts.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "notify answers with what failed of a batch."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.alerts.batch_size == 10 && aws_lambda_event_source_mapping.alerts.maximum_batching_window_in_seconds == 0
    error_message = "Batches of 10, and a page waits for no company."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.alerts.scaling_config[0].maximum_concurrency == 10
    error_message = "A storm must leave the account its concurrency."
  }
}

run "concurrency_can_be_limited" {
  variables {
    notify = { maximum_concurrency = 20, timeout = 60, batching_window = 5 }
  }
  assert {
    condition     = aws_lambda_event_source_mapping.alerts.scaling_config[0].maximum_concurrency == 20
    error_message = "maximum_concurrency must reach the event source."
  }
  assert {
    condition     = aws_sqs_queue.alerts.visibility_timeout_seconds == 75
    error_message = "The visibility time-out must follow the time-out."
  }
}

run "the_jvm_package_gets_more_memory" {
  variables {
    package = { path = "versions.tf", runtime = "java21", architecture = "arm64" }
  }
  assert {
    condition     = alltrue([for f in aws_lambda_function.this : f.memory_size == 512 && f.runtime == "java21" && f.architectures == tolist(["arm64"])])
    error_message = "The JVM package wants 512 MB."
  }
  assert {
    condition     = aws_lambda_function.this["notify"].source_code_hash == filebase64sha256("versions.tf")
    error_message = "A file's own hash tells whether it changed."
  }
}

run "a_given_hash_decides_what_is_a_change" {
  variables {
    package = { path = "versions.tf", sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
  }
  assert {
    condition     = aws_lambda_function.this["notify"].source_code_hash == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    error_message = "package.sha256 goes before the file's own hash."
  }
}

run "scripts_find_everything_by_its_name_in_the_docs" {
  command = apply

  assert {
    condition = toset(keys(output.tables)) == toset([
      "AlertQueue", "BindRule", "DeadLetterQueue", "Deliveries", "Explain", "Install", "Installations", "ListBindings",
      "ListServices", "Notify", "RateBudgets", "RuleBindings", "SendTest", "Status", "TokenKey", "UnbindRule", "Uninstall",
    ])
    error_message = "tables must have the logical names of the template, found ${join(", ", keys(output.tables))}."
  }
  assert {
    condition     = output.tables["Deliveries"] == "paging-Deliveries" && output.tables["BindRule"] == "paging-bind-rule"
    error_message = "tables must say the names."
  }
  assert {
    condition     = output.alert_queue_arn == "arn:aws:sqs:eu-west-1:123456789012:paging-alerts"
    error_message = "The queue's ARN must be that of its name."
  }
}

run "the_token_is_read_from_standard_input" {
  command = apply

  assert {
    condition     = strcontains(output.install_command, "jq -Rsc") && strcontains(output.install_command, "--payload fileb:///dev/stdin") && strcontains(output.install_command, "paging-install")
    error_message = "install_command must take the token from standard input, found ${output.install_command}"
  }
  assert {
    condition     = strcontains(output.install_command, "$${WORKSPACE:?")
    error_message = "Without a default workspace the command must ask for one."
  }
}

run "a_default_workspace_is_installed_by_default" {
  command = apply

  variables {
    alerts = { default_workspace = "acme" }
  }
  assert {
    condition     = strcontains(output.install_command, "$${WORKSPACE:-acme}")
    error_message = "install_command must know the default workspace."
  }
  assert {
    condition     = aws_lambda_function.this["notify"].environment[0].variables["PAGING_DEFAULT_WORKSPACE"] == "acme"
    error_message = "notify must know the default workspace."
  }
}

run "a_key_of_ones_own_is_used" {
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/own"
  }
  assert {
    condition     = length(aws_kms_key.tokens) == 0 && aws_lambda_function.this["install"].environment[0].variables["PAGING_SECRET_KMS_KEY"] == "arn:aws:kms:eu-west-1:123456789012:key/own"
    error_message = "No second key is made."
  }
}

run "what_holds_alerts_is_protected" {
  # Not applied: it could not be torn down.
  command = plan

  variables {
    deletion_protection = true
  }
  assert {
    condition = alltrue([for t in [aws_dynamodb_table.installations, aws_dynamodb_table.rule_bindings, aws_dynamodb_table.deliveries] :
      t.deletion_protection_enabled
    ])
    error_message = "The tables must be protected."
  }
  assert {
    condition     = terraform_data.deletion_protection.input == true
    error_message = "A destroy must be refused before it begins."
  }
}
