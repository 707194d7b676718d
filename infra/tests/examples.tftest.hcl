mock_provider "aws" {
  source = "./tests/mocks"

  mock_resource "aws_lambda_invocation" {
    defaults = { result = "{\"binding\":{},\"warnings\":[]}" }
  }
}

variables {
  package_path     = "versions.tf"
  people_topic_arn = "arn:aws:sns:eu-west-1:123456789012:people"
}

run "minimal" {
  command = plan

  module {
    source = "./examples/minimal"
  }
}

run "cloudwatch_alarms" {
  command = plan

  module {
    source = "./examples/cloudwatch-alarms"
  }
  variables {
    package = { path = "versions.tf" }
  }
}

run "aws_events" {
  command = plan

  module {
    source = "./examples/aws-events"
  }

  # events/sources/aws-events.yaml, which SAM's users deploy, has the same.
  assert {
    condition     = replace(trimspace(aws_cloudwatch_event_target.ecs_task_died.input_transformer[0].input_template), "acme", "$${Workspace}") == trimspace(replace(regex("(?s)InputTemplate: !Sub \\|\n(.*?)\n\n", file("../events/sources/aws-events.yaml"))[0], "/(?m)^ {14}/", ""))
    error_message = "The transformer must be that of events/sources/aws-events.yaml, found ${aws_cloudwatch_event_target.ecs_task_died.input_transformer[0].input_template}"
  }
}

run "complete" {
  command = plan

  module {
    source = "./examples/complete"
  }
  variables {
    package                  = { s3_bucket = "packages", s3_key = "function.zip" }
    kms_key_arn              = "arn:aws:kms:eu-west-1:123456789012:key/own"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    alert_topic_arn          = "arn:aws:sns:eu-west-1:123456789012:alarms"
  }
}

run "bindings" {
  command = apply

  module {
    source = "./examples/bindings"
  }
  override_data {
    target = module.bindings.data.aws_lambda_invocation.list
    values = {
      result = <<-EOT
        {"bindings": [
          {"ruleId": "cpu-high", "serviceName": "Payments", "urgency": "severity", "groupBy": "alert", "notifyOnResolve": true,
           "enabled": true, "title": "[{severity}] {title} on {source}", "runbookUrl": "https://wiki.example.com/cpu"},
          {"ruleId": "disk-full", "serviceName": "Orders API", "urgency": "service", "groupBy": "rule", "notifyOnResolve": false,
           "enabled": true, "note": "Delete what is older than 30 days in /var/log."}
        ]}
      EOT
    }
  }
}

run "token" {
  command = apply

  module {
    source = "./examples/token"
  }
  override_resource {
    target = aws_lambda_invocation.install
    values = { result = "{\"user\":{\"id\":\"PUSR001\"},\"services\":[{\"name\":\"Payments\"}],\"warnings\":[]}" }
  }
  variables {
    token         = "u+mocked"
    token_version = 1
  }
  assert {
    condition     = keys(jsondecode(aws_lambda_invocation.install.input)) == ["accessTokenSecretId", "onRefusal", "workspaceId"]
    error_message = "install must be given the secret's id, found ${aws_lambda_invocation.install.input}"
  }
  assert {
    condition     = aws_secretsmanager_secret.token.name == "pagerduty-handover/paging/acme" && output.services == ["Payments"]
    error_message = "The token is handed over where install may read it."
  }
}

run "a_warning_of_install_is_a_warning" {
  command = plan

  module {
    source = "./examples/token"
  }
  override_resource {
    target          = aws_lambda_invocation.install
    override_during = plan
    values          = { result = "{\"user\":{\"id\":\"PUSR001\"},\"services\":[],\"warnings\":[{\"code\":\"NO_SERVICES\",\"message\":\"The token sees no service.\"}]}" }
  }
  variables {
    workspace     = "other"
    token         = "u+mocked"
    token_version = 1
  }
  expect_failures = [check.warnings]
}
