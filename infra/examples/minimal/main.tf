# The least there is: the package, a name, and a topic with a way to people.
#
#   mvn package -Dnative        (or mvn package, and runtime = "java21")
#   terraform apply
#   WORKSPACE=acme bash -c "$(terraform output -raw install_command)"     with the token on standard input

variable "package_path" {
  description = "The package that mvn package built."
  type        = string
  default     = "../../../target/function.zip"
}

variable "people_topic_arn" {
  description = "SNS topic that reaches people without this stack, such as by e-mail."
  type        = string
}

module "paging" {
  source = "../.."

  name    = "paging"
  package = { path = var.package_path }
  alarms  = { topic_arns = [var.people_topic_arn] }
}

output "alert_queue_url" {
  value = module.paging.alert_queue_url
}

output "install_command" {
  value = module.paging.install_command
}

output "tables" {
  value = module.paging.tables
}
