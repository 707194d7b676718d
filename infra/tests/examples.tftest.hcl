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
