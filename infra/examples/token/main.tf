# A workspace that Terraform installs, and a token that Terraform keeps nowhere: neither in its state nor in a plan. The stack is
# deployed; this may be a state of its own.
#
#   read -rs TF_VAR_token; export TF_VAR_token                 paste it; it is not shown
#   terraform apply -var token_version=1; unset TF_VAR_token
#
# A fresh token is the same with the next token_version. Without a new version nothing is written or installed.

variable "stack" {
  description = "Name of the deployed stack."
  type        = string
  default     = "paging"
}

variable "workspace" {
  type    = string
  default = "acme"
}

variable "token" {
  description = "PagerDuty user token. Read when token_version changes, and kept nowhere."
  type        = string
  ephemeral   = true
  default     = null
}

variable "token_version" {
  description = "Any number. Raise it to install another token, or to try again."
  type        = number
}

# install alone may read what is below this prefix. It keeps the token in a secret of its own.
resource "aws_secretsmanager_secret" "token" {
  name                    = "pagerduty-handover/${var.stack}/${var.workspace}"
  description             = "Hands the PagerDuty token of ${var.workspace} over to ${var.stack}-install."
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "token" {
  secret_id = aws_secretsmanager_secret.token.id
  # Written when the version changes. Without a token install refuses what it reads, and the apply fails.
  secret_string_wo         = coalesce(var.token, "TF_VAR_token was not set: set it, and raise token_version.")
  secret_string_wo_version = var.token_version
}

# CREATE_ONLY: a new version replaces it, and its destruction does nothing. To uninstall, invoke uninstall.
resource "aws_lambda_invocation" "install" {
  function_name   = "${var.stack}-install"
  lifecycle_scope = "CREATE_ONLY"
  triggers        = { token_version = var.token_version }
  input = jsonencode({
    workspaceId         = var.workspace
    accessTokenSecretId = aws_secretsmanager_secret.token.arn
    # A token that PagerDuty does not know fails the apply, and the next apply tries again.
    onRefusal = "fail"
  })

  depends_on = [aws_secretsmanager_secret_version.token]
}

locals {
  # Holds no token: who its user is, and what it can page.
  installed = jsondecode(aws_lambda_invocation.install.result)
  warnings  = [for warning in local.installed.warnings : "${warning.code}: ${warning.message}"]
}

check "warnings" {
  assert {
    condition     = length(local.warnings) == 0
    error_message = "Installed, but may not page as you expect:\n${join("\n", local.warnings)}"
  }
}

output "user" {
  description = "Under whom incidents are opened."
  value       = local.installed.user
}

output "services" {
  description = "What the token can page."
  value       = local.installed.services[*].name
}
