# Every input, with values of its own: a JVM package in S3, a key and a boundary of the organisation, named producers.

variable "package" {
  description = "Where the package lies in S3, and the base64 SHA-256 of it, as the build prints it."
  type = object({
    s3_bucket         = string
    s3_key            = string
    s3_object_version = optional(string)
    sha256            = optional(string)
  })
}

variable "kms_key_arn" {
  type = string
}

variable "permissions_boundary_arn" {
  type = string
}

variable "alert_topic_arn" {
  description = "SNS topic that feeds the alert queue."
  type        = string
}

variable "people_topic_arn" {
  description = "SNS topic that reaches people without this stack."
  type        = string
}

module "paging" {
  source = "../.."

  name        = "paging-eu"
  package     = merge(var.package, { runtime = "java21", architecture = "arm64" })
  memory_size = 1024

  notify = {
    timeout             = 30
    batch_size          = 50
    batching_window     = 1
    maximum_concurrency = 20
  }
  queue = {
    retention    = 604800
    max_receives = 1000
  }
  pagerduty = {
    rate_per_minute   = 120
    low_urgency_share = 0.3
    burst             = 5
    repeat_window     = "PT10M"
  }
  alerts = {
    default_workspace = "acme"
    insufficient_data = "note"
  }

  secret_prefix     = "paging-eu/"
  kms_key_arn       = var.kms_key_arn
  metrics_namespace = "Paging/eu"
  producers         = { account_ids = ["111122223333"] }
  alert_topic_arn   = var.alert_topic_arn
  cloudwatch_alarms = { enabled = true, name_prefix = "prod-" }
  dashboard         = true

  alarms = {
    topic_arns                 = [var.people_topic_arn]
    oldest_alert_seconds       = 1800
    alert_to_page_milliseconds = 120000
  }

  log_level                = "WARN"
  log_retention_days       = 90
  deletion_protection      = true
  permissions_boundary_arn = var.permissions_boundary_arn
  environment              = { PAGING_CONCURRENCY = "8" }
  tags                     = { team = "platform" }
}

output "paging" {
  value = module.paging
}
