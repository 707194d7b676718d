# What needs a person on top, then how alerts fare, then what carries them. The same text is in template.yaml.
resource "aws_cloudwatch_dashboard" "this" {
  count = var.dashboard ? 1 : 0

  dashboard_name = var.name
  dashboard_body = templatefile("${path.module}/dashboard.json.tftpl", {
    stack         = var.name
    region        = local.region
    alarm         = local.own_alarms
    event_alarm   = var.cloudwatch_alarms.enabled ? " \"${local.own_alarms}undelivered-events\"," : ""
    namespace     = var.metrics_namespace
    queue         = local.alert_queue
    dead          = local.dead_letter
    rate          = var.pagerduty.rate_per_minute
    alert_to_page = var.alarms.alert_to_page_milliseconds
    oldest_alert  = var.alarms.oldest_alert_seconds
  })
}
