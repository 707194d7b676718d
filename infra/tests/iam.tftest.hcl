mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name                = "paging"
  package             = { s3_bucket = "packages", s3_key = "function.zip" }
  alarms              = { topic_arns = ["arn:aws:sns:eu-west-1:123456789012:people"] }
  deletion_protection = false
}

run "rights" {
  command = apply

  assert {
    condition     = alltrue([for p in aws_iam_role_policy.function : alltrue([for s in jsondecode(p.policy).Statement : !contains(s.Resource, "*")])])
    error_message = "No function may have a right on everything."
  }
  assert {
    condition     = alltrue([for p in aws_iam_role_policy.function : alltrue([for s in jsondecode(p.policy).Statement : alltrue([for a in s.Action : !endswith(a, "*")])])])
    error_message = "No function may have all actions of a service."
  }
  assert {
    condition = alltrue([for key, p in aws_iam_role_policy.function :
      [for s in jsondecode(p.policy).Statement : s.Resource if startswith(s.Action[0], "logs:")] == [
        ["arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/paging-${key}:*"]
      ]
    ])
    error_message = "Each function may write its own log, and make no group."
  }
  assert {
    condition = toset([for key, p in aws_iam_role_policy.function : key if strcontains(p.policy, "GetSecretValue")]) == toset([
      "bind-rule", "explain", "install", "list-bindings", "list-services", "notify", "send-test", "status",
    ])
    error_message = "A token is read by those that call PagerDuty with it, alone."
  }
  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function["install"].policy).Statement : s.Resource if contains(s.Action, "secretsmanager:GetSecretValue")] == [
      ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:pagerduty-handover/paging/*"]
    ]
    error_message = "install reads what users hand over to this stack, and no other secret."
  }
  assert {
    condition = alltrue(flatten([for p in aws_iam_role_policy.function : [for s in jsondecode(p.policy).Statement :
      s.Condition.StringEquals["secretsmanager:ResourceTag/paging-stack"] == "paging"
      if !strcontains(s.Resource[0], ":secret:pagerduty-handover/") && length(setintersection(s.Action, ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret"])) > 0
    ]]))
    error_message = "The stack's secrets are read, replaced and deleted by its tag alone."
  }
  assert {
    condition     = toset([for key, p in aws_iam_role_policy.function : key if strcontains(p.policy, "sqs:ReceiveMessage")]) == toset(["install", "notify"])
    error_message = "Messages are received by notify, and by install, which redrives."
  }
  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function["notify"].policy).Statement : s.Resource if contains(s.Action, "sqs:ReceiveMessage")] == [
      ["arn:aws:sqs:eu-west-1:123456789012:paging-alerts"]
    ]
    error_message = "notify receives from the alert queue of this stack alone."
  }
  assert {
    condition = length([for s in jsondecode(aws_iam_role_policy.function["explain"].policy).Statement : s
      if length([for a in s.Action : a if can(regex("Put|Update|Delete|Write|Send|Receive", a)) && !startswith(a, "logs:")]) > 0
    ]) == 0
    error_message = "explain reads only."
  }
  assert {
    condition     = alltrue([for r in aws_iam_role.function : length(r.name_prefix) <= 38 && r.permissions_boundary == null])
    error_message = "IAM takes prefixes of 38 characters."
  }
}

run "a_boundary_is_on_every_role" {
  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  }
  assert {
    condition     = alltrue([for r in aws_iam_role.function : r.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"])
    error_message = "Every role must have the boundary."
  }
}

run "without_producers_nobody_may_send" {
  assert {
    condition = jsondecode(aws_sqs_queue_policy.alerts.policy).Statement == [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = "arn:aws:sqs:eu-west-1:123456789012:paging-alerts"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    error_message = "Nobody is named, so nobody is allowed, found ${aws_sqs_queue_policy.alerts.policy}"
  }
}

run "who_is_named_may_send_and_nobody_else" {
  variables {
    producers = {
      topic_arns  = ["arn:aws:sns:eu-west-1:123456789012:alarms"]
      rule_arns   = ["arn:aws:events:eu-west-1:123456789012:rule/alarms"]
      account_ids = ["210987654321", "012345678901"]
    }
  }
  assert {
    condition = toset([for s in jsondecode(aws_sqs_queue_policy.alerts.policy).Statement : jsonencode([s.Principal, try(s.Condition, null)]) if s.Effect == "Allow"]) == toset([
      jsonencode([{ Service = "sns.amazonaws.com" }, { ArnLike = { "aws:SourceArn" = ["arn:aws:sns:eu-west-1:123456789012:alarms"] } }]),
      jsonencode([{ Service = "events.amazonaws.com" }, { ArnLike = { "aws:SourceArn" = ["arn:aws:events:eu-west-1:123456789012:rule/alarms"] } }]),
      jsonencode([{ AWS = ["arn:aws:iam::210987654321:root", "arn:aws:iam::012345678901:root"] }, null]),
    ])
    error_message = "Only the named may send, found ${aws_sqs_queue_policy.alerts.policy}"
  }
  assert {
    condition     = alltrue([for s in jsondecode(aws_sqs_queue_policy.alerts.policy).Statement : s.Action == "sqs:SendMessage" if s.Effect == "Allow"])
    error_message = "They may send, and nothing else."
  }
}

run "neither_queue_answers_without_tls" {
  assert {
    condition = alltrue([for policy in [aws_sqs_queue_policy.alerts.policy, aws_sqs_queue_policy.dead_letter.policy] :
      length([for s in jsondecode(policy).Statement : s if s.Effect == "Deny" && s.Principal == "*" && s.Action == "sqs:*" && try(s.Condition.Bool["aws:SecureTransport"], "") == "false"]) == 1
    ])
    error_message = "What comes without TLS must be denied."
  }
}

run "only_the_alert_queue_uses_its_dead_letter_queue" {
  assert {
    condition     = jsondecode(aws_sqs_queue.dead_letter.redrive_allow_policy) == { redrivePermission = "byQueue", sourceQueueArns = ["arn:aws:sqs:eu-west-1:123456789012:paging-alerts"] }
    error_message = "No other queue may move its messages there, found ${aws_sqs_queue.dead_letter.redrive_allow_policy}"
  }
}
