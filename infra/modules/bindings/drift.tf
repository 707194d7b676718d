# Terraform never looks whether a rule is still bound as it says: reading an invocation does nothing.
data "aws_lambda_invocation" "list" {
  count = var.check_drift ? 1 : 0

  function_name = "${var.stack}-list-bindings"
  input         = jsonencode({ workspaceId = var.workspace })

  depends_on = [aws_lambda_invocation.bind]
}

locals {
  list  = try(jsondecode(data.aws_lambda_invocation.list[0].result), {})
  found = { for binding in try(local.list.bindings, []) : binding.ruleId => binding }
  # A long list comes in parts, of which this has the first.
  complete = !can(local.list.nextToken)

  drift = !var.check_drift ? [] : concat(
    [for error in try([local.list.error], []) : "list-bindings: ${error.code}: ${error.message} ${error.remedy}"],
    can(local.list.error) ? [] : flatten([for key, rule in local.rules :
      !contains(keys(local.found), rule.id)
      ? (local.complete ? ["${rule.id} is bound to nothing: its alerts page nobody"] : [])
      : concat(
        [for field, value in local.wanted[key] :
          "${rule.id} has ${field} ${try(tostring(local.found[rule.id][field]), "none")} instead of ${value}"
          if try(tostring(local.found[rule.id][field]), "") != trimspace(tostring(value))
        ],
        [for field in ["escalationPolicyId", "title", "runbookUrl", "note"] :
          "${rule.id} has ${field} ${local.found[rule.id][field]}, which is not configured"
          if !can(local.wanted[key][field]) && can(local.found[rule.id][field])
        ],
      )
    ]),
  )
}

check "drift" {
  assert {
    condition     = length(local.drift) == 0
    error_message = "Somebody changed what this configuration binds:\n${join("\n", local.drift)}\nTo bind again as configured, change rebind_when; to keep it, change the configuration."
  }
}
