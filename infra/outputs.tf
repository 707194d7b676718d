output "name" {
  description = "Name of the stack, with which all names begin. modules/bindings takes it."
  value       = var.name
}

output "alert_queue_url" {
  description = "Send alerts here."
  value       = aws_sqs_queue.alerts.url
}

output "alert_queue_arn" {
  description = "For SNS subscriptions and EventBridge targets."
  value       = local.arn.alert_queue
}

output "dead_letter_queue_url" {
  description = "What a person must look at, with the reason as message attributes."
  value       = aws_sqs_queue.dead_letter.url
}

output "dead_letter_queue_arn" {
  description = "ARN of the dead-letter queue."
  value       = local.arn.dead_letter
}

output "functions" {
  description = "Names of the functions, by function: functions[\"bind-rule\"]."
  value       = { for key, function in aws_lambda_function.this : key => function.function_name }
}

output "function_arns" {
  description = "ARNs of the functions, by function, for policies that say who may invoke them."
  value       = { for key, function in aws_lambda_function.this : key => function.arn }
}

output "role_names" {
  description = "Names of the functions' roles, by function."
  value       = { for key, role in aws_iam_role.function : key => role.name }
}

output "log_groups" {
  description = "Names of the functions' log groups, by function."
  value       = { for key, group in aws_cloudwatch_log_group.function : key => group.name }
}

output "alarms" {
  description = "Names of the alarms."
  value       = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name]
}

output "token_key_arn" {
  description = "Key that encrypts the tokens."
  value       = local.key_arn
}

output "undelivered_events_queue_url" {
  description = "CloudWatch alarms that EventBridge could not bring into the FIFO queue; null without one."
  value       = one(aws_sqs_queue.undelivered_events[*].url)
}

output "secret_prefix" {
  description = "The token of workspace W is the secret named so and then W."
  value       = local.secret_prefix
}

output "handover_prefix" {
  description = "A secret whose name begins so may hold a PagerDuty token for install to read (accessTokenSecretId)."
  value       = local.handover_prefix
}

output "tables" {
  description = "Names of tables and functions, URLs of queues, and the key, by the names that docs/operations.md uses."
  value = merge(
    {
      Installations   = aws_dynamodb_table.installations.name
      RuleBindings    = aws_dynamodb_table.rule_bindings.name
      Deliveries      = aws_dynamodb_table.deliveries.name
      RateBudgets     = aws_dynamodb_table.rate_budgets.name
      AlertQueue      = aws_sqs_queue.alerts.url
      DeadLetterQueue = aws_sqs_queue.dead_letter.url
      TokenKey        = local.key_arn
    },
    { for key, function in aws_lambda_function.this :
      replace(title(replace(key, "-", " ")), " ", "") => function.function_name
    },
  )
}

output "install_command" {
  description = "Installs a workspace with the PagerDuty token on its standard input, which never comes near Terraform. Set WORKSPACE unless there is a default workspace."
  # Without a workspace it ends at the first line.
  value = <<-EOT
    workspace="$${WORKSPACE:${var.alerts.default_workspace == null ? "?Set WORKSPACE to the workspace to install." : "-${var.alerts.default_workspace}"}}"
    jq -Rsc --arg workspace "$workspace" '{workspaceId: $workspace, accessToken: .}' | aws lambda invoke --region ${local.region} --cli-read-timeout 70 --function-name ${aws_lambda_function.this["install"].function_name} --payload fileb:///dev/stdin /dev/stdout
  EOT
}
