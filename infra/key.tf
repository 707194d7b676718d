# Encrypts the tokens in Secrets Manager. The secrets are not Terraform's: install writes them, and without the key they cannot
# be read. So a key that is destroyed waits for 30 days, in which aws kms cancel-key-deletion brings it back.
resource "aws_kms_key" "tokens" {
  count = var.kms_key_arn == null ? 1 : 0

  description             = "Encrypts the PagerDuty tokens in Secrets Manager."
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      # The account's own policies decide who may use the key; the functions get only what they need.
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
