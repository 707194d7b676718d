# A role for each function. Its rights, with what they are for, are those of template.yaml; the right to write its own log comes
# to them.

locals {
  own_secret = { StringEquals = { "secretsmanager:ResourceTag/paging-stack" = var.name } }

  # The token, to ask PagerDuty with.
  read_token = [
    { actions = ["secretsmanager:GetSecretValue"], resources = [local.arn.secrets], condition = local.own_secret },
    # Is it gone, or not this stack's? What has no tag is denied, and so is what does not exist.
    { actions = ["secretsmanager:DescribeSecret"], resources = [local.arn.secrets], condition = null },
    { actions = ["kms:Decrypt"], resources = [local.key_arn], condition = null },
  ]

  # Which region and user. UpdateItem: a 401 turns the installation into REAUTH_REQUIRED, a probe back.
  judge_token = { actions = ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources = [local.arn.installations], condition = null }

  statements = {
    install = [
      # Whose is the secret that is there? Its tags say; its value is not read.
      { actions = ["secretsmanager:DescribeSecret"], resources = [local.arn.secrets], condition = null },
      # Create the secret, with this stack's tag. TagResource: CreateSecret asks for it when it gives tags.
      {
        actions   = ["secretsmanager:CreateSecret", "secretsmanager:TagResource"]
        resources = [local.arn.secrets]
        condition = { StringEquals = { "aws:RequestTag/paging-stack" = var.name } }
      },
      # Replace the value on a reinstall, and bring back a secret that waits for its deletion. Only this stack's own: another
      # one, or somebody, may keep theirs under the same prefix.
      {
        actions   = ["secretsmanager:PutSecretValue", "secretsmanager:RestoreSecret"]
        resources = [local.arn.secrets]
        condition = local.own_secret
      },
      # A token that a user has written for install to read (accessTokenSecretId). The user's secret has no tag of ours.
      { actions = ["secretsmanager:GetSecretValue"], resources = [local.arn.handed_over], condition = null },
      # Secrets Manager encrypts with the caller's rights: a data key for the new value (GenerateDataKey), and Decrypt to check
      # the key when the value is replaced.
      { actions = ["kms:GenerateDataKey", "kms:Decrypt"], resources = [local.key_arn], condition = null },
      # Read the earlier installation (is it the same account?), write the new one. DeleteItem: the lock that keeps an uninstall
      # away meanwhile is an item of that table.
      {
        actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"]
        resources = [local.arn.installations]
        condition = null
      },
      # A fresh token sends what had waited too long back to the alert queue. SQS moves it with the rights of who starts the move.
      {
        actions = [
          "sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:ReceiveMessage", "sqs:DeleteMessage",
          "sqs:GetQueueAttributes"
        ]
        resources = [local.arn.dead_letter]
        condition = null
      },
      { actions = ["sqs:SendMessage"], resources = [local.arn.alert_queue], condition = null },
    ]

    status = concat(local.read_token, [local.judge_token])

    list-services = concat(local.read_token, [local.judge_token])

    bind-rule = concat(local.read_token, [
      local.judge_token,
      # Saving replaces, and says what it replaced (PutItem returns the old item). DeleteItem: takes it back if the workspace was
      # uninstalled meanwhile.
      { actions = ["dynamodb:PutItem", "dynamodb:DeleteItem"], resources = [local.arn.rule_bindings], condition = null },
    ])

    unbind-rule = [
      # Removes, and says what was removed (DeleteItem returns the old item).
      { actions = ["dynamodb:DeleteItem"], resources = [local.arn.rule_bindings], condition = null },
      # The rule's episodes: their keys from the index, then the items.
      { actions = ["dynamodb:Query"], resources = ["${local.arn.deliveries}/index/byRule"], condition = null },
      { actions = ["dynamodb:BatchGetItem"], resources = [local.arn.deliveries], condition = null },
    ]

    list-bindings = concat(local.read_token, [
      local.judge_token,
      { actions = ["dynamodb:Query"], resources = [local.arn.rule_bindings], condition = null },
    ])

    uninstall = [
      # Whose is the secret that is there? Its tags say; its value is not read.
      { actions = ["secretsmanager:DescribeSecret"], resources = [local.arn.secrets], condition = null },
      # Only this stack's own. No right to the key: nothing is decrypted.
      { actions = ["secretsmanager:DeleteSecret"], resources = [local.arn.secrets], condition = local.own_secret },
      # Marks the installation, then deletes it. PutItem: the lock that keeps an install away meanwhile.
      {
        actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:PutItem"]
        resources = [local.arn.installations]
        condition = null
      },
      { actions = ["dynamodb:Query", "dynamodb:BatchWriteItem"], resources = [local.arn.rule_bindings], condition = null },
    ]

    send-test = concat(local.read_token, [
      local.judge_token,
      # Which service the rule pages. UpdateItem: a 403 on one service marks that binding broken.
      { actions = ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources = [local.arn.rule_bindings], condition = null },
      # Claim, settle and release as notify. GetItem: is a test under way, or was it not ended?
      { actions = ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources = [local.arn.deliveries], condition = null },
      # A test has its turn as an alert does.
      { actions = ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources = [local.arn.rate_budgets], condition = null },
      # The message by which notify ends the test if this function cannot.
      { actions = ["sqs:SendMessage"], resources = [local.arn.alert_queue], condition = null },
    ])

    explain = concat(local.read_token, [
      # No right to write: it judges no token, claims no alert and takes no slot.
      {
        actions   = ["dynamodb:GetItem"]
        resources = [local.arn.installations, local.arn.rule_bindings, local.arn.rate_budgets]
        condition = null
      },
      { actions = ["dynamodb:GetItem", "dynamodb:BatchGetItem"], resources = [local.arn.deliveries], condition = null },
      { actions = ["dynamodb:Query"], resources = ["${local.arn.deliveries}/index/byRule"], condition = null },
      # How many messages there are. No right to receive them.
      { actions = ["sqs:GetQueueAttributes"], resources = [local.arn.alert_queue, local.arn.dead_letter], condition = null },
    ])

    notify = concat(local.read_token, [
      local.judge_token,
      # Which service a rule pages. UpdateItem: a 403 on one service marks that binding broken, and so does the first alert that
      # waits for a person (with RateBudgets, in one transaction).
      { actions = ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources = [local.arn.rule_bindings], condition = null },
      # Claim, settle and release are conditional updates of one item.
      { actions = ["dynamodb:UpdateItem"], resources = [local.arn.deliveries], condition = null },
      # When PagerDuty may be called. UpdateItem: to reserve a slot, and to block all after a 429. GetItem: whether a slot that
      # has come due is blocked.
      { actions = ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources = [local.arn.rate_budgets], condition = null },
      # Receive, delete and attributes belong to the event source mapping; DeleteMessage also to notify, which moves what a person
      # must look at. ChangeMessageVisibility hides a message until its next try, and needs the queue's URL, which GetQueueUrl
      # finds from the ARN in the event. SendMessage: a message with several alerts is split into messages of their own.
      {
        actions = [
          "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
          "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl"
        ]
        resources = [local.arn.alert_queue]
        condition = null
      },
      # Malformed and refused messages, with the reason.
      { actions = ["sqs:SendMessage"], resources = [local.arn.dead_letter], condition = null },
    ])
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  # A prefix, since role names are of the whole account: another region may have a stack of the same name.
  name_prefix          = substr("${var.name}-${each.key}-", 0, 38)
  description          = "Role of the function ${var.name}-${each.key}."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name = "function"
  role = aws_iam_role.function[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for statement in local.statements[each.key] : merge(
        { Effect = "Allow", Action = statement.actions, Resource = statement.resources },
        statement.condition == null ? {} : { Condition = statement.condition }
      )],
      # Its own log alone. No right to create the group: it is made before the function, and is not made again after a destroy.
      [{
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${local.arn.log_groups}/aws/lambda/${var.name}-${each.key}:*"]
      }]
    )
  })
}
