# What each alarm says and does: docs/operations.md, "Alarms". Without data there is nothing to tell: notBreaching.
#
# On our own metrics one minute out of five is enough. Metrics out of a log may come some minutes late, and an alarm that looks at
# the last minute alone would have judged that minute without them.

locals {
  alarm_defaults = {
    namespace           = var.metrics_namespace
    dimensions          = {}
    statistic           = null
    extended_statistic  = null
    period              = 60
    evaluation_periods  = 5
    datapoints_to_alarm = 1
    threshold           = 0
    tell_end            = false
  }

  alarms = merge(local.event_source_alarms, {
    dead-letter-queue = {
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateNumberOfMessagesVisible"
      dimensions          = { QueueName = local.dead_letter }
      statistic           = "Maximum"
      evaluation_periods  = 1
      datapoints_to_alarm = null
      tell_end            = true
      description = join(" ", [
        "Alerts lie in the dead-letter queue: they paged nobody, or they are resolves whose incident is still open.",
        "Read them there: the attributes outcome and reason say why. Fix that, then send them back with",
        "start-message-move-task (docs/operations.md, \"The dead-letter queue\"). They are deleted after 14 days; what",
        "SQS itself has moved there, 14 days after it was sent.",
      ])
    }
    oldest-alert = {
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateAgeOfOldestMessage"
      dimensions          = { QueueName = local.alert_queue }
      statistic           = "Maximum"
      datapoints_to_alarm = 3
      threshold           = var.alarms.oldest_alert_seconds
      tell_end            = true
      description = join(" ", [
        "A message has lain in the alert queue for longer than alarms.oldest_alert_seconds and was hardly received, if",
        "at all: SQS leaves out what was received three times or more. Look at notify and its event source: is it",
        "switched off, throttled, without permission? A message that nobody receives is deleted after queue.retention.",
        "(In a storm, alerts wait so long for their turn: WAITING, PACED in the log.)",
      ])
    }
    long-wait = {
      # As needs-action: what has waited for days is tried less often.
      metric_name        = "WaitingTime"
      statistic          = "Maximum"
      period             = 300
      evaluation_periods = 12
      threshold          = var.alarms.oldest_alert_seconds
      tell_end           = true
      description = join(" ", [
        "An alert that was tried and goes back to the queue has been waiting for longer than",
        "alarms.oldest_alert_seconds. The log of notify says for what (WAITING, by reason): a dead token, a service",
        "that opens no incidents, PagerDuty down, a storm. Fix that; once queue.retention is nearly over it moves to",
        "the dead-letter queue as EXPIRED.",
      ])
    }
    needs-action = {
      # What waits is tried every minute, and the longer it waits the less often, every 51 minutes at most: the alarm must not end
      # in between.
      metric_name        = "NeedsAction"
      statistic          = "Sum"
      evaluation_periods = 60
      description = join(" ", [
        "Alerts page nobody until a person does something. The metric's dimension reason says what: TOKEN and",
        "NOT_INSTALLED, run install with a PagerDuty token; NOT_PAGEABLE, the service is disabled, in maintenance, or",
        "nobody is on call; FORBIDDEN, the token's user may not page this service; BUG, report it. Filter the log for",
        "WAITING for workspace and rule. They page by themselves once that is fixed.",
      ])
    }
    first-needs-action = {
      # needs-action may ring for days for one workspace, and a ringing alarm tells nobody of another. This metric counts a rule
      # once when its alerts begin to wait, and leaves 15 minutes between two counts, so that the alarm is quiet again before the
      # next (docs/adr/0020-first-needs-action.md).
      metric_name = "FirstNeedsAction"
      statistic   = "Sum"
      description = join(" ", [
        "Alerts of a rule have begun to wait for what only a person can fix; until then they page nobody. Other rules",
        "may have begun in the same minute, and others follow 15 minutes later in a message of their own. List all of",
        "the last hours in Logs Insights, on the log group of notify: filter FirstNeedsAction = 1 | display @timestamp,",
        "workspace, rule, reason. The reason says what to do: TOKEN and NOT_INSTALLED, run install with a PagerDuty",
        "token; NOT_PAGEABLE, the service is disabled, in maintenance, or nobody is on call; FORBIDDEN, the token's",
        "user may not page this service; BUG, report it. What still waits after a day is told again.",
      ])
    }
    waiting-alerts = {
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateNumberOfMessagesNotVisible"
      dimensions          = { QueueName = local.alert_queue }
      statistic           = "Maximum"
      evaluation_periods  = 1
      datapoints_to_alarm = null
      threshold           = 90000
      description = join(" ", [
        "So many alerts wait for their turn, a token or PagerDuty that SQS may soon hand out no new ones: what waits is",
        "hidden, and a queue has 120,000 hidden messages at most. See in the log what they wait for (WAITING, by reason",
        "and workspace) and fix that. A lower queue.retention moves the oldest to the dead-letter queue as EXPIRED.",
      ])
    }
    nobody-paged = {
      metric_name = "Alerts"
      dimensions  = { outcome = "NOBODY_PAGED" }
      statistic   = "Sum"
      description = join(" ", [
        "PagerDuty opened an incident that starts acknowledged: nobody was paged. Take it now; its link is in the log",
        "(filter NOBODY_PAGED). Then install the token of a bot user that is on no schedule: PagerDuty acknowledges at",
        "once what a user opens and is on call for.",
      ])
    }
    refused = {
      metric_name = "Alerts"
      dimensions  = { outcome = "REFUSED" }
      statistic   = "Sum"
      description = join(" ", [
        "PagerDuty refused an alert for good, such as one for a service that was deleted: it paged nobody, or it is a",
        "resolve and its incident is still open. Filter the log for REFUSED for PagerDuty's words, fix the binding with",
        "bind-rule, then send the alert back from the dead-letter queue.",
      ])
    }
    expired = {
      metric_name = "Alerts"
      dimensions  = { outcome = "EXPIRED" }
      statistic   = "Sum"
      description = join(" ", [
        "An alert waited until shortly before the queue would have deleted it: it paged nobody, or it is a resolve and",
        "its incident is still open. It is in the dead-letter queue now. Filter the log for EXPIRED for what it waited",
        "for, fix that, and send it back if it still matters.",
      ])
    }
    malformed = {
      metric_name = "Alerts"
      dimensions  = { outcome = "MALFORMED" }
      statistic   = "Sum"
      description = join(" ", [
        "A message is no alert that can be read, and paged nobody. It is in the dead-letter queue; its attribute reason",
        "names what is wrong. Correct its producer and have it sent anew.",
      ])
    }
    reauth-required = {
      metric_name = "ReauthRequired"
      statistic   = "Sum"
      description = join(" ", [
        "PagerDuty no longer takes a workspace's token (deleted, or its user left or lost the role), or the token is",
        "gone. All alerts of that workspace wait. Filter the log for \"needs a fresh PagerDuty token\" for the workspace,",
        "then run install with a fresh token: what waits then pages by itself.",
      ])
    }
    alert-to-page = {
      metric_name        = "AlertToPage"
      extended_statistic = "p95"
      period             = 300
      evaluation_periods = 2
      threshold          = var.alarms.alert_to_page_milliseconds
      tell_end           = true
      description = join(" ", [
        "Pages go out later than alarms.alert_to_page_milliseconds after their alerts occurred. Filter the log for",
        "WAITING: rate limit, outage of PagerDuty, waiting for a token. Nothing there: the producer sends late, or its",
        "clock is behind.",
      ])
    }
    notify-errors = {
      namespace           = "AWS/Lambda"
      metric_name         = "Errors"
      dimensions          = { FunctionName = "${var.name}-notify" }
      statistic           = "Sum"
      evaluation_periods  = 1
      datapoints_to_alarm = null
      description = join(" ", [
        "notify itself failed: a time-out, too little memory, or a bug. Its messages come again by themselves when",
        "their visibility time-out ends. Look for \"Task timed out\", \"Runtime exited\" or a stack trace in its log. If it",
        "goes on, nothing pages: roll back, or raise memory_size or notify.timeout (the visibility",
        "time-out follows it).",
      ])
    }
    notify-throttles = {
      namespace           = "AWS/Lambda"
      metric_name         = "Throttles"
      dimensions          = { FunctionName = "${var.name}-notify" }
      statistic           = "Sum"
      datapoints_to_alarm = 3
      description = join(" ", [
        "Lambda did not start notify: the account's concurrency is used up. Messages wait and come again. Look which",
        "function of the account takes it, raise the quota \"Concurrent executions\", or reserve",
        "notify.maximum_concurrency for notify.",
      ])
    }
  })

  event_source_alarms = !var.cloudwatch_alarms.enabled ? {} : {
    undelivered-events = {
      namespace   = "AWS/Events"
      metric_name = "FailedInvocations"
      dimensions  = { RuleName = local.alarm_rule }
      statistic   = "Sum"
      description = join(" ", [
        "EventBridge could not put CloudWatch alarms into the alert queue: they paged nobody. Look in CloudWatch which",
        "alarms ring. The events lie in the dead-letter queue (of a FIFO stack in the queue that ends in -undelivered);",
        "their attribute ERROR_CODE says why: does the alert queue's policy let the rule send? Fix that, then send them",
        "back with start-message-move-task (docs/operations.md, \"The dead-letter queue\").",
      ])
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for name, alarm in local.alarms : name => merge(local.alarm_defaults, alarm) }

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric_name
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  extended_statistic  = each.value.extended_statistic
  period              = each.value.period
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = each.value.datapoints_to_alarm
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.topic_arns
  ok_actions          = each.value.tell_end ? var.alarms.topic_arns : []
  tags                = var.tags
}
