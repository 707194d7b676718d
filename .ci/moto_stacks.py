#!/usr/bin/env python3
"""Both ways to deploy, created on moto (https://docs.getmoto.org), an imitation of AWS that others maintain.

    .ci/moto_stacks.py template          template.yaml, transformed, by moto's CloudFormation: created, looked at, deleted
    .ci/moto_stacks.py module FOLDER     a copy of infra/ with examples/complete after terraform init: applied, a destroy that its
                                         deletion_protection refuses, applied without it, destroyed

moto judges neither permissions nor bounds of parameters, keeps nothing on a DeletionPolicy, and runs no function here.
"""

import io
import json
import logging
import os
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

ACCOUNT, REGION = "123456789012", "us-east-1"
os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}

# Each request to moto's server.
logging.getLogger("werkzeug").setLevel(logging.ERROR)
# moto warns of each resource that UNSUPPORTED names.
warnings.filterwarnings("ignore", module="moto.cloudformation")

import boto3  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

import sam_template  # noqa: E402

# What moto's CloudFormation does not create: it has no support for these types, and says so. cfn-lint judges them, and the local
# cloud and the tests beside it read the alarms.
UNSUPPORTED = {"AWS::CloudWatch::Alarm", "AWS::SNS::Subscription", "AWS::SQS::QueuePolicy"}

# Between them every resource of the template is made.
DEPLOYMENTS = [
    {},
    {"Runtime": "java21", "Fifo": "true", "AlarmTopicArn": sam_template.EXAMPLES["AlarmTopicArn"], "CloudWatchAlarms": "true"},
    {**sam_template.EXAMPLES, "CloudWatchAlarms": "true", "Dashboard": "true"},
]


def upload_package(**client):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("bootstrap", "")
    s3 = boto3.client("s3", **client)
    s3.create_bucket(Bucket=sam_template.PACKAGE["Bucket"])
    s3.put_object(Bucket=sam_template.PACKAGE["Bucket"], Key=sam_template.PACKAGE["Key"], Body=archive.getvalue())


def create_template():
    known = sam_template.read({})["Parameters"]
    made_once, resources = set(), {}
    for deployment in DEPLOYMENTS:
        parameters = {name: value for name, value in deployment.items() if name in known}
        with mock_aws():
            upload_package()
            boto3.client("sns").create_topic(Name=sam_template.EXAMPLES["AlertTopicArn"].rsplit(":", 1)[1])
            resources = sam_template.transform(parameters)["Resources"]
            made_once |= create_stack(parameters, resources)
    missing = {name for name, resource in resources.items() if resource["Type"] not in UNSUPPORTED} - made_once
    if missing:
        raise SystemExit(f"no deployment makes {sorted(missing)}: add one to DEPLOYMENTS in .ci/moto_stacks.py")


def create_stack(parameters, resources):
    """Creates the stack and deletes it; the logical ids of what it had."""
    cloudformation = boto3.client("cloudformation")
    template = sam_template.transform(parameters)
    # CloudFormation looks a number up in a mapping by its text; moto finds it only if its type is that of a text.
    timeout = template["Parameters"]["NotifyTimeoutSeconds"]
    timeout |= {"Type": "String", "Default": str(timeout["Default"])}
    cloudformation.create_stack(StackName="paging", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"])
    (stack,) = cloudformation.describe_stacks(StackName="paging")["Stacks"]
    expect("the stack's status", stack["StackStatus"], "CREATE_COMPLETE")
    made = {resource["LogicalResourceId"] for resource in cloudformation.list_stack_resources(StackName="paging")["StackResourceSummaries"]}
    wanted = {name for name, resource in resources.items() if resource["Type"] not in UNSUPPORTED and "Condition" not in resource}
    expect("what was not made, without condition", wanted - made, set())
    expect("empty outputs", [output["OutputKey"] for output in stack["Outputs"] if not output["OutputValue"]], [])

    functions = {function["FunctionName"]: function for function in boto3.client("lambda").list_functions()["Functions"]}
    names = {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Function"}
    expect("the number of functions", len(functions), len(names))
    roles = [function["Role"] for function in functions.values()]
    expect("functions with a role of their own", len(set(roles)), len(functions))
    groups = {group["logGroupName"]: group.get("retentionInDays") for group in boto3.client("logs").describe_log_groups()["logGroups"]}
    expect("functions without a log group that forgets", [name for name in functions if not groups.get(f"/aws/lambda/{name}")], [])
    (mapping,) = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    expect("the function of the event source", mapping["FunctionArn"], functions["paging-notify"]["FunctionArn"])

    cloudformation.delete_stack(StackName="paging")
    expect("functions after the stack's deletion", boto3.client("lambda").list_functions()["Functions"], [])
    print(f"created and deleted with {parameters or 'the defaults'}: {len(made)} resources, {len(stack['Outputs'])} outputs", flush=True)
    return made


class Terraform:
    def __init__(self, folder, endpoint):
        self.folder = folder
        self.environment = os.environ | {"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": REGION, "CHECKPOINT_DISABLE": "1"}

    def run(self, command, exit_code=0):
        arguments = [
            "-var=package=" + json.dumps({"s3_bucket": sam_template.PACKAGE["Bucket"], "s3_key": sam_template.PACKAGE["Key"]}),
            "-var=kms_key_arn=" + sam_template.EXAMPLES["TokenKeyArn"],
            "-var=permissions_boundary_arn=" + sam_template.EXAMPLES["PermissionsBoundaryArn"],
            "-var=alert_topic_arn=" + sam_template.EXAMPLES["AlertTopicArn"],
            "-var=people_topic_arn=" + sam_template.EXAMPLES["AlarmTopicArn"],
        ]
        print(f"terraform {command}", flush=True)
        done = subprocess.run(
            ["terraform", command, "-auto-approve", "-input=false", "-no-color", *arguments],
            cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
        if done.returncode != exit_code:
            raise SystemExit(f"{done.stdout}\nterraform {command} ended with {done.returncode}, and should with {exit_code}")
        return done.stdout

    def override(self, folder, configuration):
        (self.folder / folder / "moto_override.tf.json").write_text(json.dumps(configuration))


def apply_module(infra):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        client = {"endpoint_url": endpoint, "region_name": REGION}
        upload_package(**client)
        for topic in ("AlertTopicArn", "AlarmTopicArn"):
            boto3.client("sns", **client).create_topic(Name=sam_template.EXAMPLES[topic].rsplit(":", 1)[1])
        terraform = Terraform(infra / "examples/complete", endpoint)
        # moto never shows it, and the provider waits for it.
        terraform.override("../..", {"resource": {"aws_sqs_queue": {"dead_letter": {"redrive_allow_policy": None}}}})

        terraform.run("apply")
        made = names(client)
        expect("resources of infra/ that were not made", [kind for kind, found in made.items() if not found], [])
        if "Nothing was destroyed" not in terraform.run("destroy", exit_code=1):
            raise SystemExit("a destroy that deletion_protection refuses does not say so")
        expect("what is there after a refused destroy", names(client), made)
        terraform.override(".", {"module": {"paging": {"deletion_protection": False}}})
        terraform.run("apply")
        terraform.run("destroy")
        expect("what is left after a destroy", [kind for kind, found in names(client).items() if found], [])
    finally:
        server.stop()


def names(client):
    """What the module makes, by kind."""
    def of(service):
        return boto3.client(service, **client)

    return {
        "functions": sorted(function["FunctionName"] for function in of("lambda").list_functions()["Functions"]),
        "event sources": [mapping["UUID"] for mapping in of("lambda").list_event_source_mappings()["EventSourceMappings"]],
        "tables": of("dynamodb").list_tables()["TableNames"],
        "queues": of("sqs").list_queues().get("QueueUrls", []),
        "roles": sorted(role["RoleName"] for role in of("iam").list_roles()["Roles"]),
        "log groups": sorted(group["logGroupName"] for group in of("logs").describe_log_groups()["logGroups"]),
        "alarms": sorted(alarm["AlarmName"] for alarm in of("cloudwatch").describe_alarms()["MetricAlarms"]),
        "dashboards": [dashboard["DashboardName"] for dashboard in of("cloudwatch").list_dashboards()["DashboardEntries"]],
        "rules": [rule["Name"] for rule in of("events").list_rules()["Rules"]],
        "subscriptions": [subscription["SubscriptionArn"] for subscription in of("sns").list_subscriptions()["Subscriptions"]],
    }


def expect(what, found, wanted):
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in found.keys() | wanted.keys():
            expect(f"{what}: {key}", found.get(key), wanted.get(key))
    elif found != wanted:
        raise SystemExit(f"{what}: {found}, and should be {wanted}")


if __name__ == "__main__":
    if sys.argv[1:] == ["template"]:
        create_template()
    elif len(sys.argv) == 3 and sys.argv[1] == "module":
        apply_module(Path(sys.argv[2]).resolve())
    else:
        raise SystemExit(__doc__)
