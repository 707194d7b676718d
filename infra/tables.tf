# What the tables hold: docs/architecture.md.

resource "aws_dynamodb_table" "installations" {
  name                        = "${var.name}-Installations"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "workspaceId"
  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags

  attribute {
    name = "workspaceId"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "rule_bindings" {
  name                        = "${var.name}-RuleBindings"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "workspaceId"
  range_key                   = "ruleId"
  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags

  attribute {
    name = "workspaceId"
    type = "S"
  }
  attribute {
    name = "ruleId"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "deliveries" {
  name                        = "${var.name}-Deliveries"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "deliveryId"
  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags

  attribute {
    name = "deliveryId"
    type = "S"
  }
  attribute {
    name = "ruleKey"
    type = "S"
  }
  attribute {
    name = "beganAt"
    type = "S"
  }

  # Keys that change only when an alert's next episode begins: no other write pays for the index.
  global_secondary_index {
    name            = "byRule"
    hash_key        = "ruleKey"
    range_key       = "beganAt"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    attribute_name = "expiresAtEpochSeconds"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}

# Not protected: it holds nothing but when the next calls to PagerDuty may start. Without it they start at the full rate.
resource "aws_dynamodb_table" "rate_budgets" {
  name         = "${var.name}-RateBudgets"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "budgetId"
  tags         = var.tags

  attribute {
    name = "budgetId"
    type = "S"
  }

  ttl {
    attribute_name = "expiresAtEpochSeconds"
    enabled        = true
  }
}
