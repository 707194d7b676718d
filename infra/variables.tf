variable "name" {
  description = "Name of the stack. Functions, tables, queues and alarms begin with it, and the secrets of its tokens are tagged with it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,49}$", var.name))
    error_message = "name must begin with a letter and have at most 50 letters, digits and hyphens: Lambda allows 64 characters, of which -list-services takes 14. Choose a shorter or simpler name, such as paging."
  }
}

variable "package" {
  description = "The package that all functions run: a file (path), or an object in S3. sha256 is base64, and tells of a change in S3."
  type = object({
    path              = optional(string)
    s3_bucket         = optional(string)
    s3_key            = optional(string)
    s3_object_version = optional(string)
    sha256            = optional(string)
    runtime           = optional(string, "provided.al2023")
    architecture      = optional(string, "x86_64")
  })

  validation {
    condition     = (var.package.path != null) != (var.package.s3_bucket != null && var.package.s3_key != null)
    error_message = "package needs either path, such as target/function.zip, or both s3_bucket and s3_key. Set one of the two."
  }
  validation {
    condition     = var.package.path == null || try(fileexists(var.package.path), false)
    error_message = "package.path names no file. Build it with mvn package (or mvn package -Dnative), and give the path of target/function.zip, such as \"$${path.root}/../target/function.zip\"."
  }
  validation {
    condition     = var.package.path == null || var.package.s3_object_version == null
    error_message = "package.s3_object_version belongs to an object in S3, not to a path. Leave it out."
  }
  validation {
    condition     = contains(["provided.al2023", "java21", "java25"], var.package.runtime)
    error_message = "package.runtime must be provided.al2023 for the native package (mvn package -Dnative), java21 or java25 for the JVM package (mvn package)."
  }
  validation {
    condition     = contains(["x86_64", "arm64"], var.package.architecture)
    error_message = "package.architecture must be what the package was built for: x86_64 or arm64."
  }
}

variable "memory_size" {
  description = "MB for each function. null: 256 for the native package, 512 for the JVM package."
  type        = number
  default     = null

  validation {
    condition     = var.memory_size == null || try(var.memory_size >= 128 && var.memory_size <= 10240 && floor(var.memory_size) == var.memory_size, false)
    error_message = "memory_size must be a whole number from 128 to 10240 MB. Leave it out to have it chosen by runtime."
  }
}

variable "notify" {
  description = "notify and its event source: timeout and batching_window in seconds. A message stays hidden, and its page is late after a crash, for 15 s more than timeout. batch_size: above 10 needs a window, and no FIFO queue gives it. batching_window: each page that comes alone is so much later. maximum_concurrency: most calls at a time; the rest waits in the queue."
  type = object({
    timeout             = optional(number, 30)
    batch_size          = optional(number, 10)
    batching_window     = optional(number, 0)
    maximum_concurrency = optional(number, 10)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.notify.timeout >= 10 && var.notify.timeout <= 90 && floor(var.notify.timeout) == var.notify.timeout
    error_message = "notify.timeout must be a whole number from 10 to 90 seconds: less leaves no time for a call to PagerDuty, and after a crash a page is late by 15 seconds more than that."
  }
  validation {
    condition     = var.notify.batch_size >= 1 && var.notify.batch_size <= 250 && floor(var.notify.batch_size) == var.notify.batch_size
    error_message = "notify.batch_size must be a whole number from 1 to 250: more than 250 incidents are not resolved in one call."
  }
  validation {
    condition     = var.notify.batching_window >= 0 && var.notify.batching_window <= 10 && floor(var.notify.batching_window) == var.notify.batching_window
    error_message = "notify.batching_window must be 0 to 10 whole seconds: each page that comes alone waits for so long."
  }
  validation {
    condition     = var.notify.batch_size <= 10 || var.notify.batching_window >= 1
    error_message = "notify.batch_size above 10 needs a batching_window of at least 1 second. Set batching_window to 1, or batch_size to 10 or less."
  }
  validation {
    condition     = var.notify.batching_window == 0 || !var.queue.fifo
    error_message = "queue.fifo is true, and Lambda has no batching window for FIFO queues. Leave notify.batching_window out."
  }
  validation {
    condition     = var.notify.maximum_concurrency >= 2 && var.notify.maximum_concurrency <= 1000 && floor(var.notify.maximum_concurrency) == var.notify.maximum_concurrency
    error_message = "notify.maximum_concurrency must be a whole number from 2 to 1000, as Lambda asks of a queue's event source."
  }
}

variable "queue" {
  description = "The alert queue. retention: seconds for which an alert may wait. max_receives: receives before SQS itself moves a message to the dead-letter queue; high, since every hand-back is deliberate. max_message_size: bytes; an SNS envelope may double an alert, but above 262144 the AWS provider must be 6.8 or newer."
  type = object({
    fifo             = optional(bool, false)
    retention        = optional(number, 345600)
    max_receives     = optional(number, 1000)
    max_message_size = optional(number, 262144)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.queue.retention >= 3600 && var.queue.retention <= 1209600
    error_message = "queue.retention must be 3600 (an hour) to 1209600 seconds (14 days): notify takes what waits out of the queue shortly before."
  }
  validation {
    condition     = var.queue.max_receives >= 1 && var.queue.max_receives <= 1000
    error_message = "queue.max_receives must be 1 to 1000. Keep 1000 unless you know why: what waits for a token or PagerDuty is received again and again."
  }
  validation {
    condition     = var.queue.max_message_size >= 262144 && var.queue.max_message_size <= 1048576
    error_message = "queue.max_message_size must be 262144 to 1048576 bytes: SNS and EventBridge send up to 262144."
  }
}

variable "pagerduty" {
  description = "How PagerDuty is called. rate_per_minute and burst: calls for one PagerDuty user. low_urgency_share: which part of them alerts of low urgency may use. repeat_window: for how long a repeat of an open incident needs no call (ISO-8601)."
  type = object({
    rate_per_minute   = optional(number, 240)
    low_urgency_share = optional(number, 0.5)
    burst             = optional(number, 10)
    repeat_window     = optional(string, "PT5M")
    urls = optional(object({
      us = optional(string, "https://api.pagerduty.com")
      eu = optional(string, "https://api.eu.pagerduty.com")
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.pagerduty.rate_per_minute >= 1 && var.pagerduty.rate_per_minute <= 960
    error_message = "pagerduty.rate_per_minute must be 1 to 960: PagerDuty lets a user make 960 calls a minute. Leave room for others who use the same user."
  }
  validation {
    condition     = var.pagerduty.low_urgency_share >= 0.01 && var.pagerduty.low_urgency_share <= 1
    error_message = "pagerduty.low_urgency_share must be 0.01 to 1; 1 treats all alerts alike."
  }
  validation {
    condition     = var.pagerduty.burst >= 0 && var.pagerduty.burst <= 960
    error_message = "pagerduty.burst must be 0 to 960: PagerDuty lets a user make no more calls in a minute."
  }
  validation {
    condition     = can(regex("^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+S)?)?$", var.pagerduty.repeat_window)) && can(regex("\\d", var.pagerduty.repeat_window))
    error_message = "pagerduty.repeat_window must be an ISO-8601 duration, such as PT5M for five minutes."
  }
  validation {
    condition     = alltrue([for url in values(var.pagerduty.urls) : can(regex("^https?://[^/ ]+(/[^/ ]+)*$", url))])
    error_message = "pagerduty.urls must be URLs without a / at the end, such as https://api.pagerduty.com."
  }
}

variable "alerts" {
  description = "default_workspace: of CloudWatch and Alertmanager alerts that name none; null: such an alarm belongs to the workspace named like its AWS account, such an Alertmanager alert is malformed. insufficient_data: what it means that an alarm has no data any more (keep, resolve, note)."
  type = object({
    default_workspace = optional(string)
    insufficient_data = optional(string, "keep")
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.alerts.default_workspace == null || can(regex("^[A-Za-z0-9._-]{1,64}$", var.alerts.default_workspace))
    error_message = "alerts.default_workspace must have 1 to 64 characters of A-Z a-z 0-9 . _ -. Leave it out if every alert names its workspace."
  }
  validation {
    condition     = contains(["keep", "resolve", "note"], var.alerts.insufficient_data)
    error_message = "alerts.insufficient_data must be keep (the incident stays open), resolve, or note (as keep, with a warning in the log)."
  }
}

variable "secret_prefix" {
  description = "The token of workspace W is the secret with this prefix and then W. null: pagerduty/, the stack's name and /. The functions touch only those whose tag paging-stack has the stack's name."
  type        = string
  default     = null

  validation {
    condition     = var.secret_prefix == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,400}/$", var.secret_prefix))
    error_message = "secret_prefix must be letters, digits and /_+=.@- with a / at the end, such as pagerduty/: the functions' policies begin with it. Leave it out for pagerduty/ and the stack's name."
  }
  validation {
    condition     = !startswith(coalesce(var.secret_prefix, "-"), "pagerduty-handover/")
    error_message = "secret_prefix must not begin with pagerduty-handover/: there users write tokens for install to read. Choose another, or leave it out."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts the tokens. null: the module makes one. The policy of a key of your own must let the account's policies decide."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (arn:aws:kms:…:key/…), not an alias: policies do not look through aliases. aws kms describe-key --key-id alias/… shows it."
  }
}

variable "metrics_namespace" {
  description = "CloudWatch namespace of the functions' own metrics; none writes none, and the alarms on them stay quiet. Two stacks in one account and region need two."
  type        = string
  default     = "PagerDutyIntegration"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9./_#:-]{1,255}$", var.metrics_namespace)) && !startswith(var.metrics_namespace, "AWS/")
    error_message = "metrics_namespace must have 1 to 255 letters, digits and ./_#:- and not begin with AWS/, which CloudWatch keeps for itself. Set it to none to write no metrics."
  }
}

variable "producers" {
  description = "Who may send alerts; nobody else may, but who has the right by a policy of this account, and cloudwatch_alarms and alert_topic_arn. topic_arns: SNS topics, rule_arns: EventBridge rules; a * in the name stands for any characters. account_ids: other accounts, as far as their own policies let their users."
  type = object({
    account_ids = optional(list(string), [])
    topic_arns  = optional(list(string), [])
    rule_arns   = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for id in var.producers.account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "producers.account_ids must be AWS account ids of 12 digits, as text: \"012345678901\"."
  }
  validation {
    condition     = alltrue([for arn in var.producers.topic_arns : can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_*-]{1,256}(\\.fifo)?$", arn))])
    error_message = "producers.topic_arns must be ARNs of SNS topics (arn:aws:sns:…). EventBridge rules go into rule_arns."
  }
  validation {
    condition     = alltrue([for arn in var.producers.rule_arns : can(regex("^arn:[a-z-]+:events:[a-z0-9-]+:[0-9]{12}:rule/[A-Za-z0-9._*/-]{1,320}$", arn))])
    error_message = "producers.rule_arns must be ARNs of EventBridge rules (arn:aws:events:…:rule/…). SNS topics go into topic_arns."
  }
}

variable "alarms" {
  description = "topic_arns: SNS topics that the alarms notify, which must reach people without this stack. The thresholds of the alarms that have one to choose."
  type = object({
    topic_arns                 = optional(list(string), [])
    oldest_alert_seconds       = optional(number, 3600)
    alert_to_page_milliseconds = optional(number, 300000)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for arn in var.alarms.topic_arns : can(regex("^arn:[a-z-]+:sns:", arn))])
    error_message = "alarms.topic_arns must be ARNs of SNS topics (arn:aws:sns:…)."
  }
  validation {
    condition     = var.alarms.oldest_alert_seconds >= 60
    error_message = "alarms.oldest_alert_seconds must be at least 60."
  }
  validation {
    condition     = var.alarms.alert_to_page_milliseconds >= 1000
    error_message = "alarms.alert_to_page_milliseconds must be at least 1000: it is in milliseconds."
  }
}

variable "cloudwatch_alarms" {
  description = "enabled: the CloudWatch alarms of this account and region page, by an EventBridge rule of the stack. name_prefix: only those whose names begin so. The stack's own alarms never do, nor any other whose name begins with the stack's name and a hyphen."
  type = object({
    enabled     = optional(bool, false)
    name_prefix = optional(string, "")
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.cloudwatch_alarms.enabled || var.cloudwatch_alarms.name_prefix == ""
    error_message = "cloudwatch_alarms.name_prefix does nothing without enabled = true. Set that too, or leave the prefix out."
  }
  validation {
    condition     = length(var.cloudwatch_alarms.name_prefix) <= 255
    error_message = "cloudwatch_alarms.name_prefix must have at most 255 characters, as the name of an alarm."
  }
  validation {
    condition     = !startswith(var.cloudwatch_alarms.name_prefix, "${var.name}-")
    error_message = "cloudwatch_alarms.name_prefix begins with the stack's name and a hyphen: such alarms are the stack's own and never page. Choose another prefix, or another name for the stack."
  }
}

variable "alert_topic_arn" {
  description = "SNS topic of this region whose messages are alerts, such as those of Alertmanager's SNS receiver. A FIFO queue takes a FIFO topic, another a standard one. Not one of alarms.topic_arns."
  type        = string
  default     = null

  validation {
    condition     = var.alert_topic_arn == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+(\\.fifo)?$", var.alert_topic_arn))
    error_message = "alert_topic_arn must be the ARN of an SNS topic (arn:aws:sns:…). Leave it out for none."
  }
  validation {
    condition     = var.alert_topic_arn == null || endswith(coalesce(var.alert_topic_arn, "-"), ".fifo") == var.queue.fifo
    error_message = "alert_topic_arn and queue.fifo do not fit: SNS feeds a FIFO queue from a FIFO topic (its name ends in .fifo), and keeps what it cannot deliver of a standard topic in a standard queue alone. Change one of the two."
  }
  validation {
    condition     = var.alert_topic_arn == null || !contains(var.alarms.topic_arns, coalesce(var.alert_topic_arn, "-"))
    error_message = "alert_topic_arn is one of alarms.topic_arns. A stack that cannot page cannot tell you so by paging. Give the alarms a topic of their own, with a way to people that does not lead through this stack."
  }
}

variable "dashboard" {
  description = "Whether the stack has a CloudWatch dashboard, named like the stack."
  type        = bool
  default     = true
  nullable    = false
}

variable "log_retention_days" {
  description = "For how long the functions' logs are kept. They say who was paged and why; 0 keeps them for ever."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days
    )
    error_message = "log_retention_days must be a number that CloudWatch Logs takes: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 or more years; 0 keeps the logs for ever."
  }
}

variable "log_level" {
  description = "What the functions log: DEBUG, INFO, WARN (leaves out what went well) or ERROR. Metrics are written at every level."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "log_level must be DEBUG, INFO, WARN or ERROR."
  }
}

variable "deletion_protection" {
  description = "Refuses terraform destroy before anything is destroyed, and protects the tables against deletion. Set it to false and apply, then destroy."
  type        = bool
  default     = true
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the functions' roles."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy (arn:aws:iam::…:policy/…)."
  }
}

variable "environment" {
  description = "Further environment variables of all functions, by the names that the README lists, such as PAGING_CONCURRENCY. No token, password or other secret: they are in Terraform's state."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.environment) : can(regex("^(PAGING|QUARKUS)_[A-Z0-9_]+$", key))])
    error_message = "environment takes variables that begin with PAGING_ or QUARKUS_, as the README lists them."
  }
  validation {
    condition = length(setintersection(keys(var.environment), [
      "QUARKUS_FUNQY_EXPORT", "PAGING_TIMEOUT", "PAGING_STACK", "PAGING_SECRET_PREFIX", "PAGING_SECRET_KMS_KEY",
      "PAGING_HANDOVER_PREFIX", "QUARKUS_LOG_LEVEL",
      "PAGING_INSTALLATIONS_TABLE", "PAGING_BINDINGS_TABLE", "PAGING_DELIVERIES_TABLE", "PAGING_BUDGETS_TABLE",
      "PAGING_ALERT_QUEUE_URL", "PAGING_ALERT_QUEUE_ARN", "PAGING_DEAD_LETTER_QUEUE_URL", "PAGING_DEAD_LETTER_QUEUE_ARN",
      "PAGING_QUEUE_RETENTION", "PAGING_MAX_RECEIVES", "PAGING_RATE_PER_MINUTE", "PAGING_LOW_URGENCY_SHARE",
      "PAGING_BURST", "PAGING_REPEAT_WINDOW", "PAGING_PAGERDUTY_URL_US", "PAGING_PAGERDUTY_URL_EU",
      "PAGING_METRICS_NAMESPACE", "PAGING_DEFAULT_WORKSPACE", "PAGING_INSUFFICIENT_DATA",
    ])) == 0
    error_message = "environment holds a variable that the module sets itself. Use the module's own input for it: name, notify, queue, pagerduty, alerts, secret_prefix, kms_key_arn, metrics_namespace or log_level."
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
