# Every function runs the same package; QUARKUS_FUNQY_EXPORT says which one a deployment is. What each may do: iam.tf.

locals {
  pace = {
    PAGING_RATE_PER_MINUTE   = var.pagerduty.rate_per_minute
    PAGING_LOW_URGENCY_SHARE = var.pagerduty.low_urgency_share
    PAGING_BURST             = var.pagerduty.burst
  }

  functions = {
    install = {
      description = "Checks a PagerDuty user token, stores it, and lists the services it can see."
      # 100 pages of services at PagerDuty's limit of 10,000.
      timeout = 60
      environment = {
        PAGING_SECRET_KMS_KEY        = local.key_arn
        PAGING_HANDOVER_PREFIX       = local.handover_prefix
        PAGING_DEAD_LETTER_QUEUE_ARN = local.arn.dead_letter
        PAGING_ALERT_QUEUE_ARN       = local.arn.alert_queue
      }
    }
    status = {
      description = "Says whether a workspace is installed, and on demand what would happen to a page right now."
      timeout     = 30
      environment = {}
    }
    list-services = {
      description = "Lists the PagerDuty services that an installed workspace can page."
      timeout     = 60
      environment = {}
    }
    bind-rule = {
      description = "Binds an alert rule to the PagerDuty service that it pages."
      timeout     = 30
      environment = {}
    }
    unbind-rule = {
      description = "Unbinds an alert rule, and says what is still open in PagerDuty because of it."
      timeout     = 30
      environment = { PAGING_DELIVERIES_TABLE = aws_dynamodb_table.deliveries.name }
    }
    list-bindings = {
      description = "Lists which rules page which services, and on demand whether these can still be paged."
      # With verify, four services a second; what does not fit comes with the next call.
      timeout     = 60
      environment = {}
    }
    uninstall = {
      description = "Removes a workspace's token, installation and bindings."
      # 10,000 bindings in one call, or in a few.
      timeout     = 60
      environment = {}
    }
    send-test = {
      description = "Opens an incident as an alert of a rule would, says whom it pages, and resolves it."
      # Less than the 29 s after which API Gateway gives up, so that there is always an answer.
      timeout = 28
      environment = merge(local.pace, {
        PAGING_DELIVERIES_TABLE = aws_dynamodb_table.deliveries.name
        PAGING_BUDGETS_TABLE    = aws_dynamodb_table.rate_budgets.name
        PAGING_REPEAT_WINDOW    = var.pagerduty.repeat_window
        PAGING_ALERT_QUEUE_URL  = aws_sqs_queue.alerts.url
      })
    }
    explain = {
      description = "Says why an alert, or a rule, paged or did not. Reads only."
      timeout     = 30
      # How far ahead calls are reserved depends on the pace.
      environment = merge(local.pace, {
        PAGING_DELIVERIES_TABLE      = aws_dynamodb_table.deliveries.name
        PAGING_BUDGETS_TABLE         = aws_dynamodb_table.rate_budgets.name
        PAGING_ALERT_QUEUE_URL       = aws_sqs_queue.alerts.url
        PAGING_DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letter.url
      })
    }
    notify = {
      description = "Turns each alert of a batch into one PagerDuty incident, or into a recorded reason why not."
      timeout     = var.notify.timeout
      environment = merge(local.pace, {
        PAGING_DELIVERIES_TABLE      = aws_dynamodb_table.deliveries.name
        PAGING_BUDGETS_TABLE         = aws_dynamodb_table.rate_budgets.name
        PAGING_DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letter.url
        PAGING_REPEAT_WINDOW         = var.pagerduty.repeat_window
        PAGING_DEFAULT_WORKSPACE     = var.alerts.default_workspace == null ? "" : var.alerts.default_workspace
        PAGING_INSUFFICIENT_DATA     = var.alerts.insufficient_data
        # So that notify takes a message out, with its reason, before SQS deletes or moves it without one.
        PAGING_QUEUE_RETENTION = var.queue.retention
        PAGING_MAX_RECEIVES    = var.queue.max_receives
      })
    }
  }

  common_environment = {
    # Lambda ends a runtime with SIGKILL; the handlers of the native image would only cost start-up time.
    DISABLE_SIGNAL_HANDLERS = "true"
    # JVM package only: the optimising compiler is not worth its start-up time here, and from Java 24 on Vert.x needs to be let
    # into java.lang.
    JAVA_TOOL_OPTIONS    = "-XX:+TieredCompilation -XX:TieredStopAtLevel=1 --add-opens=java.base/java.lang=ALL-UNNAMED"
    PAGING_SECRET_PREFIX = local.secret_prefix
    # Whose secrets they are: the tag paging-stack of each, which the policies ask for.
    PAGING_STACK               = var.name
    PAGING_INSTALLATIONS_TABLE = aws_dynamodb_table.installations.name
    PAGING_BINDINGS_TABLE      = aws_dynamodb_table.rule_bindings.name
    PAGING_PAGERDUTY_URL_US    = var.pagerduty.urls.us
    PAGING_PAGERDUTY_URL_EU    = var.pagerduty.urls.eu
    PAGING_METRICS_NAMESPACE   = var.metrics_namespace
    QUARKUS_LOG_LEVEL          = var.log_level
  }
}

# Before the functions: Lambda would make its own, which keep everything for ever and outlive the stack.
resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name = "${var.name}-${each.key}"
  description   = each.value.description
  role          = aws_iam_role.function[each.key].arn
  runtime       = var.package.runtime
  # Read by the managed Java runtimes only; the native package is its own runtime.
  handler           = "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest"
  architectures     = [var.package.architecture]
  memory_size       = local.memory_size
  timeout           = each.value.timeout
  filename          = var.package.path
  s3_bucket         = var.package.s3_bucket
  s3_key            = var.package.s3_key
  s3_object_version = var.package.s3_object_version
  source_code_hash  = var.package.sha256 != null ? var.package.sha256 : try(filebase64sha256(var.package.path), null)
  tags              = var.tags

  environment {
    variables = merge(var.environment, local.common_environment, each.value.environment, {
      QUARKUS_FUNQY_EXPORT = each.key
      # Funqy hides the Lambda context, so the function is told its own time-out.
      PAGING_TIMEOUT = each.value.timeout
    })
  }

  # Lambda's own lines (platform.report and the like) as JSON too. Ours are already, and it leaves those as they are. TRACE: it
  # keeps none of them back, else log_level could not be DEBUG, since its own default is INFO.
  # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
  logging_config {
    log_format            = "JSON"
    application_log_level = "TRACE"
    log_group             = aws_cloudwatch_log_group.function[each.key].name
  }

  # A function that runs has its rights from its first call to its last, and its tables and queues.
  depends_on = [
    aws_iam_role_policy.function,
    aws_dynamodb_table.installations,
    aws_dynamodb_table.rule_bindings,
    aws_dynamodb_table.deliveries,
    aws_dynamodb_table.rate_budgets,
    aws_sqs_queue.alerts,
    aws_sqs_queue.dead_letter,
  ]
}

resource "aws_lambda_event_source_mapping" "alerts" {
  event_source_arn                   = aws_sqs_queue.alerts.arn
  function_name                      = aws_lambda_function.this["notify"].arn
  batch_size                         = var.notify.batch_size
  maximum_batching_window_in_seconds = var.queue.fifo ? null : var.notify.batching_window
  function_response_types            = ["ReportBatchItemFailures"]
  tags                               = var.tags

  scaling_config {
    maximum_concurrency = var.notify.maximum_concurrency
  }

  # Lambda looks whether the role may receive when the mapping is made, and polls until it is gone.
  depends_on = [aws_iam_role_policy.function]
}
