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
      "bind-rule", "explain", "list-bindings", "list-services", "notify", "send-test", "status",
    ])
    error_message = "A token is read by those that call PagerDuty with it, alone."
  }
  assert {
    condition = alltrue(flatten([for p in aws_iam_role_policy.function : [for s in jsondecode(p.policy).Statement :
      s.Condition.StringEquals["secretsmanager:ResourceTag/paging-stack"] == "paging"
      if length(setintersection(s.Action, ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret"])) > 0
    ]]))
    error_message = "Secrets are read, replaced and deleted by this stack's tag alone."
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

run "rules_and_topics_of_the_account_may_send" {
  assert {
    condition = jsondecode(aws_sqs_queue_policy.alerts.policy).Statement == [{
      Effect    = "Allow"
      Principal = { Service = ["events.amazonaws.com", "sns.amazonaws.com"] }
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:eu-west-1:123456789012:paging-alerts"
      Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    }]
    error_message = "Without names, EventBridge rules and SNS topics of the account may send, found ${aws_sqs_queue_policy.alerts.policy}"
  }
}

run "who_is_named_may_send_and_nobody_else" {
  variables {
    producers = {
      topic_arns  = ["arn:aws:sns:eu-west-1:123456789012:alarms"]
      rule_arns   = ["arn:aws:events:eu-west-1:123456789012:rule/alarms"]
      account_ids = ["210987654321"]
    }
  }
  assert {
    condition     = toset([for s in jsondecode(aws_sqs_queue_policy.alerts.policy).Statement : try(s.Condition.ArnEquals["aws:SourceArn"][0], s.Principal.AWS)]) == toset(["arn:aws:sns:eu-west-1:123456789012:alarms", "arn:aws:events:eu-west-1:123456789012:rule/alarms", "arn:aws:iam::210987654321:root"])
    error_message = "Only the named may send, found ${aws_sqs_queue_policy.alerts.policy}"
  }
  assert {
    condition     = !strcontains(aws_sqs_queue_policy.alerts.policy, "SourceAccount")
    error_message = "The rest of the account may not send when producers are named."
  }
}
