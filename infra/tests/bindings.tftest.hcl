mock_provider "aws" {
  source = "./tests/mocks"

  mock_resource "aws_lambda_invocation" {
    defaults = { result = "{\"binding\":{\"ruleId\":\"cpu-high\",\"serviceName\":\"Payments\",\"boundAt\":\"2026-11-23T03:00:00Z\"},\"warnings\":[]}" }
  }
}

variables {
  stack     = "paging"
  workspace = "acme"
  rules     = { cpu-high = { service_name = "Payments", urgency = "severity", notify_on_resolve = true } }
}

run "a_rule_is_two_resources" {
  module {
    source = "./modules/bindings"
  }

  assert {
    condition = (
      aws_lambda_invocation.bind["acme/cpu-high"].function_name == "paging-bind-rule" &&
      aws_lambda_invocation.bind["acme/cpu-high"].lifecycle_scope == "CREATE_ONLY"
    )
    error_message = "bind must only ever bind."
  }
  assert {
    condition     = jsondecode(aws_lambda_invocation.bind["acme/cpu-high"].input).onRefusal == "fail"
    error_message = "A refusal must fail the apply."
  }
  assert {
    condition = jsondecode(aws_lambda_invocation.bind["acme/cpu-high"].input) == {
      workspaceId     = "acme", ruleId = "cpu-high", serviceName = "Payments", urgency = "severity", groupBy = "alert"
      notifyOnResolve = true, enabled = true, onRefusal = "fail"
    }
    error_message = "bind-rule must get what is configured, found ${aws_lambda_invocation.bind["acme/cpu-high"].input}"
  }
  assert {
    condition = (
      aws_lambda_invocation.unbind["acme/cpu-high"].function_name == "paging-unbind-rule" &&
      aws_lambda_invocation.unbind["acme/cpu-high"].lifecycle_scope == "CRUD" &&
      jsondecode(aws_lambda_invocation.unbind["acme/cpu-high"].input) == { workspaceId = "acme", ruleId = "cpu-high" }
    )
    error_message = "unbind must have the two ids alone, so that nothing but a destroy changes it."
  }
  assert {
    condition     = output.bindings["cpu-high"].serviceName == "Payments" && length(output.warnings) == 0
    error_message = "The outputs must say what was bound."
  }
}

run "a_warning_of_bind_rule_is_a_warning" {
  command = plan

  module {
    source = "./modules/bindings"
  }
  override_resource {
    target          = aws_lambda_invocation.bind
    override_during = plan
    values          = { result = "{\"binding\":{\"boundAt\":\"2026-11-23T03:00:00Z\"},\"warnings\":[{\"code\":\"NOBODY_ON_CALL\",\"message\":\"Nobody is on call.\"}]}" }
  }
  variables {
    workspace = "other"
  }
  expect_failures = [check.warnings]
}

run "drift_is_told_when_asked_for" {
  module {
    source = "./modules/bindings"
  }
  override_data {
    target = data.aws_lambda_invocation.list
    values = { result = "{\"bindings\":[{\"ruleId\":\"cpu-high\",\"serviceName\":\"Checkout\",\"notifyOnResolve\":true,\"urgency\":\"severity\",\"groupBy\":\"alert\",\"enabled\":true,\"note\":\"Call Ann.\"}]}" }
  }
  variables {
    check_drift = true
    rules = {
      cpu-high = { service_name = "Payments", urgency = "severity", notify_on_resolve = true }
      gone     = { service_id = "PSVC001" }
    }
  }
  expect_failures = [check.drift]

  assert {
    condition = toset(output.drift) == toset([
      "cpu-high has serviceName Checkout instead of Payments",
      "cpu-high has note Call Ann., which is not configured",
      "gone is bound to nothing: its alerts page nobody",
    ])
    error_message = "found ${join("; ", output.drift)}"
  }
}

run "what_is_as_configured_is_no_drift" {
  module {
    source = "./modules/bindings"
  }
  override_data {
    target = data.aws_lambda_invocation.list
    values = { result = "{\"bindings\":[{\"ruleId\":\"cpu-high\",\"serviceId\":\"PSVC001\",\"serviceName\":\"Payments\",\"notifyOnResolve\":true,\"urgency\":\"severity\",\"groupBy\":\"alert\",\"enabled\":true},{\"ruleId\":\"of-others\",\"serviceId\":\"PSVC002\"}]}" }
  }
  variables {
    check_drift = true
  }
  assert {
    condition     = length(output.drift) == 0
    error_message = "found ${join("; ", output.drift)}"
  }
}

run "a_list_that_is_refused_is_told" {
  module {
    source = "./modules/bindings"
  }
  override_data {
    target = data.aws_lambda_invocation.list
    values = { result = "{\"error\":{\"code\":\"NOT_INSTALLED\",\"message\":\"The workspace is not installed.\",\"remedy\":\"Call install.\"}}" }
  }
  variables {
    check_drift = true
  }
  expect_failures = [check.drift]
}

run "a_rule_without_a_service" {
  command = plan

  module {
    source = "./modules/bindings"
  }
  variables {
    rules = { cpu-high = {} }
  }
  expect_failures = [var.rules]
}

run "a_rule_with_two_services" {
  command = plan

  module {
    source = "./modules/bindings"
  }
  variables {
    rules = { cpu-high = { service_id = "PSVC001", service_name = "Payments" } }
  }
  expect_failures = [var.rules]
}

run "a_rule_id_with_a_blank" {
  command = plan

  module {
    source = "./modules/bindings"
  }
  variables {
    rules = { "cpu high" = { service_id = "PSVC001" } }
  }
  expect_failures = [var.rules]
}

run "an_urgency_that_is_none" {
  command = plan

  module {
    source = "./modules/bindings"
  }
  variables {
    rules = { cpu-high = { service_id = "PSVC001", urgency = "huge" } }
  }
  expect_failures = [var.rules]
}

run "sharing_and_severity" {
  command = plan

  module {
    source = "./modules/bindings"
  }
  variables {
    rules = { cpu-high = { service_id = "PSVC001", urgency = "severity", group_by = "rule" } }
  }
  expect_failures = [var.rules]
}

run "a_runbook_with_a_password" {
  command = plan

  module {
    source = "./modules/bindings"
  }
  variables {
    rules = { cpu-high = { service_id = "PSVC001", runbook_url = "https://ann:secret@wiki.example/" } }
  }
  expect_failures = [var.rules]
}
