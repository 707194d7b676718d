# Two resources a rule. bind only ever binds: a change replaces it, and its destruction does nothing, so that no rule is unbound
# in between. unbind only ever unbinds, when the rule is gone from the configuration: unbind-rule looks at tf.action.
#
# A refusal is a function error (onRefusal fail): the apply fails with its remedy, the binding that was there works on, and the
# next apply tries again. Refused answers never come into the state.

locals {
  # With the workspace: a rule that moves to another is unbound there.
  rules = { for id, rule in var.rules : "${var.workspace}/${id}" => merge(rule, { id = id }) }

  # What bind-rule stores, in its own words; without what is null.
  wanted = { for key, rule in local.rules : key => { for field, value in {
    serviceId          = rule.service_id
    serviceName        = rule.service_name
    notifyOnResolve    = rule.notify_on_resolve
    urgency            = rule.urgency
    groupBy            = rule.group_by
    escalationPolicyId = rule.escalation_policy_id
    enabled            = rule.enabled
    title              = rule.title
    runbookUrl         = rule.runbook_url
    note               = rule.note
  } : field => value if value != null } }
}

resource "aws_lambda_invocation" "unbind" {
  for_each = local.rules

  function_name   = "${var.stack}-unbind-rule"
  lifecycle_scope = "CRUD"
  input           = jsonencode({ workspaceId = var.workspace, ruleId = each.value.id })
}

resource "aws_lambda_invocation" "bind" {
  for_each = local.rules

  function_name   = "${var.stack}-bind-rule"
  lifecycle_scope = "CREATE_ONLY"
  triggers        = var.rebind_when == null ? null : { rebind_when = var.rebind_when }
  input = jsonencode(merge(local.wanted[each.key], {
    workspaceId = var.workspace
    ruleId      = each.value.id
    onRefusal   = "fail"
  }))

  # A rule that goes is unbound last, and one that comes is bound last.
  depends_on = [aws_lambda_invocation.unbind]
}

locals {
  answers  = { for key, bind in aws_lambda_invocation.bind : key => try(jsondecode(bind.result), {}) }
  bindings = { for key, rule in local.rules : rule.id => try(local.answers[key].binding, null) }
  warnings = flatten([for key, answer in local.answers : [for warning in try(answer.warnings, []) :
    "${local.rules[key].id} (bound at ${try(answer.binding.boundAt, "?")}): ${warning.code}: ${warning.message}"
  ]])
}

check "warnings" {
  assert {
    condition     = length(local.warnings) == 0
    error_message = "Bound, but may not page as you expect:\n${join("\n", local.warnings)}\nThat was so when each rule was bound. To look again, change rebind_when, or invoke explain."
  }
}
