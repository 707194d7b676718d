#!/usr/bin/env python3
"""Holds the stack that template.yaml makes against the one that infra/ makes.

For each case below it transforms the template as SAM does, applies the module with a mocked provider, puts both into the same words
(facts) and compares them. A fact on which they differ must be named, with the reason, in the table "What differs from template.yaml" of
infra/README.md, by its name or a pattern (*); what that table names must differ. Which input a parameter is, says its table "Parameters
of template.yaml".

.ci/checks/parity runs it. It needs terraform, after terraform init of infra/, and what .ci/sam_template.py needs. It ends with 0 if both
are alike.
"""

import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import sam_template

ROOT = pathlib.Path(__file__).resolve().parent.parent
INFRA = ROOT / "infra"
ACCOUNT, REGION, PARTITION = "123456789012", "eu-west-1", "aws"
PEOPLE = f"arn:aws:sns:{REGION}:{ACCOUNT}:people"

# By name: the stack's name, and the parameters of the template that are given. {} is what a user gets who gives nothing.
CASES = {
    "defaults": ("paging", {}),
    "fifo": ("paging", {
        "Fifo": "true",
        "AlarmTopicArn": PEOPLE,
        "CloudWatchAlarms": "true",
        "AlertTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts.fifo",
    }),
    "jvm": ("paging", {"Runtime": "java21", "Architecture": "arm64", "AlarmTopicArn": PEOPLE}),
    # Every parameter, and none as it would be by itself.
    "everything": ("paging-eu", {
        "Runtime": "java21",
        "Architecture": "arm64",
        "MemorySize": "1024",
        "NotifyTimeoutSeconds": "60",
        "VisibilityTimeoutSeconds": "75",
        "MaxReceiveCount": "900",
        "QueueRetentionSeconds": "604800",
        "BatchSize": "20",
        "BatchingWindowSeconds": "5",
        "MaximumConcurrency": "20",
        "Fifo": "false",
        "RepeatWindow": "PT10M",
        "RatePerMinute": "120",
        "LowUrgencyShare": "0.3",
        "Burst": "5",
        "DefaultWorkspace": "acme",
        "InsufficientData": "note",
        "SecretPrefix": "tokens/eu/",
        "PagerDutyUrlUs": "https://us.example.com",
        "PagerDutyUrlEu": "https://eu.example.com",
        "AwsEndpointUrl": "https://aws.example.com",
        "MetricsNamespace": "Paging/eu",
        "AlarmTopicArn": PEOPLE,
        "OldestAlertAlarmSeconds": "600",
        "AlertToPageAlarmMilliseconds": "60000",
        "CloudWatchAlarms": "true",
        "CloudWatchAlarmPrefix": "prod-",
        "AlertTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts",
        "ProducerAccountIds": "210987654321,012345678901",
        "ProducerTopicArns": f"arn:aws:sns:{REGION}:{ACCOUNT}:one,arn:aws:sns:{REGION}:{ACCOUNT}:two-*",
        "ProducerRuleArns": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/one",
        "TokenKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/99999999-2222-3333-4444-555555555555",
        "LogRetentionDays": "90",
        "LogLevel": "WARN",
        "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
        "Dashboard": "false",
    }),
}
# Cannot be other than it is by itself, beside all others.
AS_BY_ITSELF = {"Fifo"}

NO_VALUE = object()


# ---- The template ---------------------------------------------------------------------------------------------------


class Template:
    """The transformed template, with parameters, conditions and functions of CloudFormation replaced by their values."""

    def __init__(self, transformed, stack, given):
        self.template = transformed
        self.parameters = {name: parameter.get("Default", "") for name, parameter in transformed["Parameters"].items()} | given
        for name, parameter in transformed["Parameters"].items():
            if parameter["Type"] == "CommaDelimitedList":
                self.parameters[name] = [item.strip() for item in str(self.parameters[name]).split(",") if item.strip()] or [""]
        self.parameters |= {
            "AWS::StackName": stack,
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": PARTITION,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": NO_VALUE,
        }
        self.resources = {
            name: self.resolve({key: value for key, value in resource.items() if key not in ("Condition", "DependsOn")})
            for name, resource in transformed["Resources"].items()
            if self.condition(resource.get("Condition"))
        }
        self.outputs = {
            name: self.resolve(output["Value"])
            for name, output in transformed["Outputs"].items()
            if self.condition(output.get("Condition"))
        }

    def condition(self, name):
        return name is None or self.truth(self.template["Conditions"][name])

    def truth(self, node):
        (function, argument), = node.items()
        match function:
            case "Condition":
                return self.condition(argument)
            case "Fn::Equals":
                left, right = (self.resolve(side) for side in argument)
                return str(left) == str(right)
            case "Fn::Not":
                return not self.truth(argument[0])
            case "Fn::And":
                return all(self.truth(one) for one in argument)
            case "Fn::Or":
                return any(self.truth(one) for one in argument)
        raise ValueError(f"a condition with {function}, which .ci/parity.py does not know")

    def resolve(self, node):
        if isinstance(node, list):
            return [value for value in map(self.resolve, node) if value is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (function, argument), = node.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self.call(function, argument)
        values = {key: self.resolve(value) for key, value in node.items()}
        return {key: value for key, value in values.items() if value is not NO_VALUE}

    def call(self, function, argument):
        match function:
            case "Ref":
                return self.parameters[argument] if argument in self.parameters else self.attribute(argument, None)
            case "Fn::GetAtt":
                return self.attribute(*(argument.split(".", 1) if isinstance(argument, str) else argument))
            case "Fn::Sub":
                text, names = argument if isinstance(argument, list) else (argument, {})
                return re.sub(r"\$\{([^!}][^}]*)}", lambda match: str(self.substitute(match[1], names)), text).replace("${!", "${")
            case "Fn::If":
                condition, yes, no = argument
                return self.resolve(yes if self.condition(condition) else no)
            case "Fn::FindInMap":
                name, first, second = (str(self.resolve(part)) for part in argument[:3])
                return self.template["Mappings"][name][first][second]
            case "Fn::Join":
                separator, parts = argument
                return separator.join(map(str, self.resolve(parts)))
            case "Fn::Select":
                return self.resolve(argument[1])[int(argument[0])]
            case "Fn::Split":
                return self.resolve(argument[1]).split(argument[0])
            case "Fn::ToJsonString":
                return json.dumps(self.resolve(argument))
        raise ValueError(f"{function}, which .ci/parity.py does not know")

    def substitute(self, name, names):
        if name in names:
            return self.resolve(names[name])
        return self.call("Fn::GetAtt", name) if "." in name else self.call("Ref", name)

    def attribute(self, logical_id, attribute):
        """What Ref (attribute None) and GetAtt give. What the template leaves unnamed is called as in infra/."""
        resource = self.template["Resources"][logical_id]
        kind, properties = resource["Type"], resource.get("Properties", {})
        stack = self.parameters["AWS::StackName"]
        match kind:
            case "AWS::SQS::Queue":
                name = self.resolve(properties["QueueName"])
                values = {None: f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}", "Arn": arn("sqs", name), "QueueName": name}
            case "AWS::DynamoDB::Table":
                name = self.resolve(properties.get("TableName", f"{stack}-{logical_id}"))
                values = {None: name, "Arn": arn("dynamodb", f"table/{name}")}
            case "AWS::Lambda::Function":
                name = self.resolve(properties["FunctionName"])
                values = {None: name, "Arn": arn("lambda", f"function:{name}")}
            case "AWS::Logs::LogGroup":
                name = self.resolve(properties["LogGroupName"])
                values = {None: name, "Arn": arn("logs", f"log-group:{name}:*")}
            case "AWS::Events::Rule":
                name = self.resolve(properties.get("Name", f"{stack}-{logical_id}"))
                values = {None: name, "Arn": arn("events", f"rule/{name}")}
            case "AWS::CloudWatch::Alarm":
                name = self.resolve(properties["AlarmName"])
                values = {None: name, "Arn": arn("cloudwatch", f"alarm:{name}")}
            case "AWS::KMS::Key":
                values = {None: KEY.rsplit("/", 1)[1], "Arn": KEY}
            case "AWS::IAM::Role":
                values = {None: logical_id, "Arn": logical_id}
            case _:
                values = {None: logical_id}
        return values[attribute]


KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


def arn(service, name):
    return f"arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{name}"


# ---- The module -----------------------------------------------------------------------------------------------------


def inputs_of(stack, given, lists, inputs):
    """The inputs of the module that say what these parameters of the template say."""
    variables = {"name": stack, "package": {"s3_bucket": "packages", "s3_key": "function.zip"}, "deletion_protection": False}
    for parameter, value in given.items():
        if parameter not in inputs:
            continue
        path = inputs[parameter]
        *folders, last = path.split(".")
        place = variables
        for folder in folders:
            place = place.setdefault(folder, {})
        if parameter in lists:
            value = [item.strip() for item in value.split(",")]
        place[last] = [value] if path == "alarms.topic_arns" else value
    return variables


def apply_module(cases, lists, inputs):
    """By case, what the module would make: its resources and its outputs."""
    runs = []
    for case, (stack, given) in cases.items():
        fifo = ".fifo" if given.get("Fifo") == "true" else ""
        queues = {"alerts": f"{stack}-alerts{fifo}", "dead_letter": f"{stack}-alerts-dead{fifo}"}
        if fifo and given.get("CloudWatchAlarms") == "true":
            queues["undelivered_events"] = f"{stack}-undelivered"
        runs.append({case: {
            "command": "apply",
            "state_key": case,
            "variables": inputs_of(stack, given, lists, inputs),
            # That the alarms tell nobody is a warning, which fails a test.
            "expect_failures": [] if "AlarmTopicArn" in given else ["check.alarms_tell_somebody"],
            "override_resource": [
                {"target": f"aws_sqs_queue.{key}", "values": {
                    "arn": arn("sqs", name), "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"}}
                for key, name in queues.items()
            ] + [{"target": 'aws_lambda_function.this["notify"]', "values": {"arn": arn("lambda", f"function:{stack}-notify")}}],
        }})
    test = {"mock_provider": {"aws": {"source": "./tests/mocks"}}, "run": runs}

    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "infra")
        shutil.copytree(INFRA, copy, ignore=shutil.ignore_patterns(".terraform", "examples", "*.tftest.hcl"))
        (copy / "tests/parity.tftest.json").write_text(json.dumps(test))
        done = subprocess.run(
            ["terraform", f"-chdir={copy}", "test", "-filter=tests/parity.tftest.json", "-verbose", "-json"],
            capture_output=True, text=True, timeout=1200, env=os.environ | {"CHECKPOINT_DISABLE": "1", "TF_DATA_DIR": str(INFRA / ".terraform")})
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    states = {line["@testrun"]: line["test_state"] for line in lines if line["type"] == "test_state"}
    problems = [f"{line['@message']} {line['diagnostic'].get('detail', '')}" for line in lines
                if line["type"] == "diagnostic" and line["diagnostic"]["severity"] == "error"]
    if done.returncode or set(states) != set(cases):
        raise SystemExit("\n".join(["The module could not be applied:", *(problems or [done.stdout, done.stderr])]))
    return states


# ---- Facts ----------------------------------------------------------------------------------------------------------


class Properties:
    """Properties of a resource, which remembers which were looked at."""

    def __init__(self, values):
        self.values, self.seen = values, set()

    def get(self, path, default=None):
        """By path, such as environment.0.variables. What is null or empty is as if it were not there."""
        value = self.values
        self.seen.add(path.split(".")[0])
        for step in path.split("."):
            if isinstance(value, list):
                value = value[int(step)] if int(step) < len(value) else None
            else:
                value = (value or {}).get(step)
        return default if value in (None, "", [], {}) else value


def text(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(sorted(map(text, value)))
    if isinstance(value, dict):
        return json.dumps({key: text(inner) for key, inner in value.items()}, sort_keys=True)
    return str(value)


def parsed(value):
    """What stands as JSON in a text; nothing of what the mocked provider made up."""
    if isinstance(value, str):
        return json.loads(value) if value.startswith("{") else None
    return value


def flat(prefix, value, facts):
    """A fact for each leaf of maps, and of lists of maps."""
    if isinstance(value, list) and any(isinstance(inner, (dict, list)) for inner in value):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        for key, inner in value.items():
            flat(f"{prefix}.{key}", inner, facts)
    elif value is not None:
        facts[prefix] = text(value)


def a_list(value):
    return value if isinstance(value, list) else [value]


def rights(*policies):
    """What policies say, one by one: an action on a resource, by a principal, under the statement's conditions."""
    found = {}
    for statement in [one for policy in policies for one in a_list((parsed(policy) or {}).get("Statement", []))]:
        unknown = set(statement) - {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
        if unknown:
            raise SystemExit(f".ci/parity.py does not know {unknown} of a statement of a policy")
        principal = statement.get("Principal", "")
        principals = [f"{kind} {account(who)}" for kind, several in principal.items() for who in a_list(several)] \
            if isinstance(principal, dict) else [principal]
        condition = f"if {text(statement['Condition'])}" if "Condition" in statement else ""
        for who in principals:
            for action in a_list(statement["Action"]):
                for resource in a_list(statement.get("Resource", "")):
                    found[" ".join(filter(None, [statement["Effect"], who, action, resource, condition]))] = "in"
    return found


def account(principal):
    """An account may be called by its id alone."""
    return f"arn:{PARTITION}:iam::{principal}:root" if re.fullmatch("[0-9]{12}", principal) else principal


def keys(schema):
    by_type = {key["KeyType"]: key["AttributeName"] for key in schema or []}
    return {"hash": by_type.get("HASH"), "range": by_type.get("RANGE")}


class Kind:
    """
    What is compared of a type of resource: its facts, by name, each as it stands on both sides: a path, or a function of all
    properties. What has another default than nothing has it in third place. A property that no fact looks at, and that is not
    ignored, is an error, so that what is new is not overlooked.
    """

    def __init__(self, title, cfn, module, name, facts, ignore=((), ())):
        self.title, self.types, self.name, self.facts, self.ignore = title, (cfn, module), name, facts, ignore


CFN, MODULE = 0, 1  # sides
SIDES = ("template.yaml", "infra/")
ONE = ("one", "one")

KINDS = [
    Kind("functions", "AWS::Lambda::Function", "aws_lambda_function", ("FunctionName", "function_name"), {
        "description": ("Description", "description"),
        "runtime": ("Runtime", "runtime"),
        "handler": ("Handler", "handler"),
        "architecture": ("Architectures", "architectures"),
        "memory": ("MemorySize", "memory_size"),
        "timeout": ("Timeout", "timeout"),
        "environment": ("Environment.Variables", "environment.0.variables"),
        "log format": ("LoggingConfig.LogFormat", "logging_config.0.log_format", "Text"),
        "log level": ("LoggingConfig.ApplicationLogLevel", "logging_config.0.application_log_level"),
        "system log level": ("LoggingConfig.SystemLogLevel", "logging_config.0.system_log_level"),
        "log group": ("LoggingConfig.LogGroup", "logging_config.0.log_group"),
        "package": (lambda p: [p.get("Code.S3Bucket"), p.get("Code.S3Key")], lambda p: [p.get("s3_bucket"), p.get("s3_key")]),
    }, ignore=(["Role"], ["role", "reserved_concurrent_executions"])),
    Kind("logs", "AWS::Logs::LogGroup", "aws_cloudwatch_log_group", (lambda p: p.get("LogGroupName").rsplit("/", 1)[1], lambda p: p.get("name").rsplit("/", 1)[1]), {
        "retention": ("RetentionInDays", "retention_in_days", 0),
    }),
    Kind("tables", "AWS::DynamoDB::Table", "aws_dynamodb_table", ("TableName", "name"), {
        "billing": ("BillingMode", "billing_mode"),
        "attributes": (
            lambda p: {a["AttributeName"]: a["AttributeType"] for a in p.get("AttributeDefinitions")},
            lambda p: {a["name"]: a["type"] for a in p.get("attribute")}),
        "key": (lambda p: keys(p.get("KeySchema")), lambda p: {"hash": p.get("hash_key"), "range": p.get("range_key")}),
        "index": (
            lambda p: {i["IndexName"]: keys(i["KeySchema"]) | i["Projection"] for i in p.get("GlobalSecondaryIndexes", [])},
            lambda p: {i["name"]: {"hash": i["hash_key"], "range": i["range_key"], "ProjectionType": i["projection_type"]}
                       for i in p.get("global_secondary_index", [])}),
        "expires by": ("TimeToLiveSpecification.AttributeName", "ttl.0.attribute_name"),
        "expires": ("TimeToLiveSpecification.Enabled", "ttl.0.enabled", False),
        "point-in-time recovery": (
            "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", "point_in_time_recovery.0.enabled", False),
        "when the stack is deleted": ("DeletionPolicy", "DeletionPolicy", "Delete"),
    }),
    Kind("queues", "AWS::SQS::Queue", "aws_sqs_queue", ("QueueName", "name"), {
        "fifo": ("FifoQueue", "fifo_queue", False),
        "content-based deduplication": ("ContentBasedDeduplication", "content_based_deduplication", False),
        "visibility timeout": ("VisibilityTimeout", "visibility_timeout_seconds", 30),
        "retention": ("MessageRetentionPeriod", "message_retention_seconds", 345600),
        "message size": ("MaximumMessageSize", "max_message_size"),
        "long poll": ("ReceiveMessageWaitTimeSeconds", "receive_wait_time_seconds", 0),
        "encrypted by SQS": ("SqsManagedSseEnabled", "sqs_managed_sse_enabled"),
        "redrive": ("RedrivePolicy", lambda p: parsed(p.get("redrive_policy"))),
        "redrive allowed": ("RedriveAllowPolicy", lambda p: parsed(p.get("redrive_allow_policy"))),
        "when the stack is deleted": ("DeletionPolicy", "DeletionPolicy", "Delete"),
    }),
    Kind("queue policies", "AWS::SQS::QueuePolicy", "aws_sqs_queue_policy",
         (lambda p: p.get("Queues.0").rsplit("/", 1)[1], lambda p: p.get("queue_url").rsplit("/", 1)[1]), {
             "queues": (lambda p: len(p.get("Queues")), lambda p: 1),
             "policy": (lambda p: rights(p.get("PolicyDocument")), lambda p: rights(p.get("policy"))),
         }),
    Kind("key", "AWS::KMS::Key", "aws_kms_key", ONE, {
        "description": ("Description", "description"),
        "rotation": ("EnableKeyRotation", "enable_key_rotation", False),
        "policy": (lambda p: rights(p.get("KeyPolicy")), lambda p: rights(p.get("policy"))),
        "days until it is gone": ("PendingWindowInDays", "deletion_window_in_days", 30),
        "when the stack is deleted": ("DeletionPolicy", "DeletionPolicy", "Delete"),
    }, ignore=([], ["is_enabled", "key_usage", "customer_master_key_spec"])),
    Kind("roles", "AWS::IAM::Role", "aws_iam_role", ("function", "function"), {
        "trust": (lambda p: rights(p.get("AssumeRolePolicyDocument")), lambda p: rights(p.get("assume_role_policy"))),
        "boundary": ("PermissionsBoundary", "permissions_boundary"),
        "managed policies": ("ManagedPolicyArns", lambda p: None),
        "rights": (lambda p: rights(*[one["PolicyDocument"] for one in p.get("Policies", [])]), lambda p: None),
    }, ignore=(["Description"], ["description", "max_session_duration", "path"])),
    Kind("roles", "AWS::IAM::Policy", "aws_iam_role_policy", ("function", "function"), {
        "rights": (lambda p: rights(p.get("PolicyDocument")), lambda p: rights(p.get("policy"))),
    }, ignore=(["Roles", "PolicyName"], ["role"])),
    Kind("event source", "AWS::Lambda::EventSourceMapping", "aws_lambda_event_source_mapping", ONE, {
        "queue": ("EventSourceArn", "event_source_arn"),
        "function": ("FunctionName", lambda p: p.get("function_name").rsplit(":", 1)[1]),
        "batch": ("BatchSize", "batch_size", 10),
        "window": ("MaximumBatchingWindowInSeconds", "maximum_batching_window_in_seconds", 0),
        "answers": ("FunctionResponseTypes", "function_response_types"),
        "concurrency": ("ScalingConfig.MaximumConcurrency", "scaling_config.0.maximum_concurrency"),
        "enabled": ("Enabled", "enabled", True),
    }),
    Kind("alarms", "AWS::CloudWatch::Alarm", "aws_cloudwatch_metric_alarm", ("AlarmName", "alarm_name"), {
        "description": ("AlarmDescription", "alarm_description"),
        "namespace": ("Namespace", "namespace"),
        "metric": ("MetricName", "metric_name"),
        "dimensions": (lambda p: {d["Name"]: d["Value"] for d in p.get("Dimensions", [])}, "dimensions"),
        "statistic": ("Statistic", "statistic"),
        "extended statistic": ("ExtendedStatistic", "extended_statistic"),
        "period": ("Period", "period"),
        "periods": ("EvaluationPeriods", "evaluation_periods"),
        "periods to alarm": ("DatapointsToAlarm", "datapoints_to_alarm"),
        "threshold": ("Threshold", "threshold"),
        "comparison": ("ComparisonOperator", "comparison_operator"),
        "missing data": ("TreatMissingData", "treat_missing_data"),
        "tells of its begin": ("AlarmActions", "alarm_actions"),
        "tells of its end": ("OKActions", "ok_actions"),
    }, ignore=([], ["actions_enabled"])),
    Kind("event rules", "AWS::Events::Rule", "aws_cloudwatch_event_rule", ("Name", "name"), {
        "description": ("Description", "description"),
        "pattern": (lambda p: p.get("EventPattern"), lambda p: parsed(p.get("event_pattern"))),
        "state": ("State", "state", "ENABLED"),
        "targets": (lambda p: {t.pop("Id"): t for t in p.get("Targets")}, lambda p: None),
    }),
    Kind("event rules", "", "aws_cloudwatch_event_target", (None, "rule"), {
        "targets": (None, lambda p: {p.get("target_id"): {
            "Arn": p.get("arn"),
            "SqsParameters": {"MessageGroupId": p.get("sqs_target.0.message_group_id")},
            "DeadLetterConfig": {"Arn": p.get("dead_letter_config.0.arn")},
            "RetryPolicy": p.get("retry_policy.0"),
        }}),
    }),
    Kind("subscriptions", "AWS::SNS::Subscription", "aws_sns_topic_subscription", ONE, {
        "topic": ("TopicArn", "topic_arn"),
        "protocol": ("Protocol", "protocol"),
        "endpoint": ("Endpoint", "endpoint"),
        "raw": ("RawMessageDelivery", "raw_message_delivery", False),
        "redrive": ("RedrivePolicy", lambda p: parsed(p.get("redrive_policy"))),
    }, ignore=(["Region"], ["confirmation_timeout_in_minutes"])),
    Kind("dashboard", "AWS::CloudWatch::Dashboard", "aws_cloudwatch_dashboard", ("DashboardName", "dashboard_name"), {
        "body": (lambda p: parsed(p.get("DashboardBody")), lambda p: parsed(p.get("dashboard_body"))),
    }),
]
# Tags are given to the stack as a whole.
IGNORED = {"Tags", "tags", "DeletionPolicy"}
# Not resources of AWS.
NOT_COMPARED = {"terraform_data"}


def facts_of(resources, stack, side, given=lambda kind, values: set(values)):
    """
    The facts of one side, by resource.
    @param resources: type, and properties, of each
    @param given: which properties somebody has given
    """
    facts = {}
    for type_name, values in resources:
        kinds = [kind for kind in KINDS if kind.types[side] == type_name]
        if not kinds:
            raise SystemExit(f"{SIDES[side]} has a resource of type {type_name}, which .ci/parity.py does not compare. Add it to KINDS there.")
        kind, properties = kinds[0], Properties(values)
        name = kind.name[side]
        name = "" if name == "one" else "." + (name(properties) if callable(name) else properties.get(name)).removeprefix(f"{stack}-")
        title = kind.title + name
        if not name and title in facts:
            raise SystemExit(f"{SIDES[side]} has two resources of type {type_name}, which .ci/parity.py cannot tell apart. Name them in KINDS there.")
        found = facts.setdefault(title, {})
        for fact, (*both, default) in {fact: (where if len(where) == 3 else (*where, None)) for fact, where in kind.facts.items()}.items():
            where = both[side]
            flat(fact, where(properties) if callable(where) else properties.get(where, default), found)
        left = given(type_name, values) - properties.seen - set(kind.ignore[side]) - IGNORED
        if left:
            raise SystemExit(f"{SIDES[side]} gives {', '.join(sorted(left))} of {title}, which .ci/parity.py does not compare. Add it to KINDS there.")
    return facts


def facts_of_template(template):
    resources = template.resources
    functions = {resource["Properties"]["Role"]: resource["Properties"]["FunctionName"]
                 for resource in resources.values() if resource["Type"] == "AWS::Lambda::Function"}
    stack = template.parameters["AWS::StackName"]
    listed = []
    for logical_id, resource in resources.items():
        properties = dict(resource["Properties"])
        match resource["Type"]:
            case "AWS::IAM::Role":
                properties["function"] = functions.get(logical_id, logical_id)
            case "AWS::IAM::Policy":
                properties["function"] = functions.get(properties["Roles"][0], logical_id)
            case "AWS::DynamoDB::Table":
                properties.setdefault("TableName", template.attribute(logical_id, None))
        properties["DeletionPolicy"] = resource.get("DeletionPolicy", "Delete")
        listed.append((resource["Type"], properties))
    return facts_of(listed, stack, CFN)


def facts_of_module(state, stack):
    provider = next(schemas for name, schemas in state["provider_schemas"].items() if name.endswith("/hashicorp/aws"))

    # The provider of a mocked apply makes up what can be computed.
    def given(type_name, values):
        block = provider["resource_schemas"][type_name]["block"]
        attributes = {name for name, attribute in block["attributes"].items()
                      if (attribute.get("required") or attribute.get("optional")) and not attribute.get("computed")}
        return {name for name in attributes | set(block.get("block_types", {})) - {"timeouts"}
                if values.get(name) not in (None, "", [], {}, False)} | {"function"} & set(values)

    listed = []
    for resource in state["root_module"]["resources"]:
        if resource["mode"] == "managed" and resource["type"] not in NOT_COMPARED:
            properties = dict(resource["values"])
            if resource["type"] in ("aws_iam_role", "aws_iam_role_policy"):
                properties["function"] = f"{stack}-{resource['index']}"
            listed.append((resource["type"], properties))
    return facts_of(listed, stack, MODULE, given)


def leaves(value):
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    return [leaf for inner in value for leaf in leaves(inner)] if isinstance(value, list) else [value]


# ---- Inputs and outputs ---------------------------------------------------------------------------------------------


def inputs_of_module():
    """Every input of the module, those of objects one by one: notify.timeout."""
    found = []
    for variable, body in re.findall(r'^variable "(\w+)" {\n(.*?)^}', (INFRA / "variables.tf").read_text(), re.M | re.S):
        attributes = re.search(r"^  type += object\({\n(.*?)^  }\)", body, re.M | re.S)
        found += [f"{variable}.{name}" for name in re.findall(r"^    (\w+) +=", attributes[1], re.M)] if attributes else [variable]
    return found


def table(title):
    """Cells of the table under a title of infra/README.md."""
    section = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", (INFRA / "README.md").read_text(), re.M | re.S)
    if not section:
        raise SystemExit(f'infra/README.md has no section "{title}".')
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section[1].splitlines() if line.startswith("|")]
    return rows[2:]


def words(cell):
    return re.findall("`([^`]+)`", cell)


# ---- The comparison -------------------------------------------------------------------------------------------------


def compare(transformed, inputs):
    """By fact and case, what both sides say, where they differ."""
    parameters = transformed["Parameters"]
    lists = {name for name, parameter in parameters.items() if parameter["Type"] == "CommaDelimitedList"}
    states = apply_module(CASES, lists, inputs)

    differences = {}

    def differ(fact, case, template, module):
        differences.setdefault(fact, {})[case] = (template, module)

    for parameter in parameters:
        if parameter not in inputs:
            differ(f"parameters.{parameter}", "all", "a parameter", None)
    for path in inputs_of_module():
        if not any(path == one or one.startswith(f"{path}.") for one in inputs.values()):
            differ(f"inputs.{path}", "all", None, "an input")

    for case, (stack, given) in CASES.items():
        template = Template(transformed, stack, given)
        left, right = facts_of_template(template), facts_of_module(states[case], stack)
        for resource in left.keys() | right.keys():
            if resource not in left or resource not in right:
                differ(resource, case, *("a resource" if resource in side else None for side in (left, right)))
                continue
            for fact in left[resource].keys() | right[resource].keys():
                said = left[resource].get(fact), right[resource].get(fact)
                if fact == "description" and said[1]:
                    # The template names parameters, the module inputs.
                    for parameter, path in inputs.items():
                        said = said[0], re.sub(rf"\b{re.escape(path)}\b", parameter, said[1])
                if said[0] != said[1]:
                    differ(f"{resource}.{fact}", case, *said)
        outputs = set(map(text, leaves([output["value"] for output in states[case]["outputs"].values()])))
        for name, value in template.outputs.items():
            if text(value) not in outputs:
                differ(f"outputs.{name}", case, text(value), None)
        known = set(map(text, template.outputs.values()))
        for name, output in states[case]["outputs"].items():
            if not known & set(map(text, leaves(output["value"]))) and leaves(output["value"]):
                differ(f"outputs.{name}", case, None, text(output["value"]))
    return differences


def problems(transformed):
    inputs = {}
    for cells in table("Parameters of template.yaml"):
        inputs |= dict(zip(words(cells[0]), words(cells[1])))
    expected = [(pattern, cells) for cells in table("What differs from template.yaml") for pattern in words(cells[0])]

    found = []
    for parameter, definition in transformed["Parameters"].items():
        given = CASES["everything"][1].get(parameter)
        if given is None or given == str(definition.get("Default", "")) and parameter not in AS_BY_ITSELF:
            found.append(f'.ci/parity.py: the case "everything" does not give {parameter} a value of its own')
    for parameter in {name for _, given in CASES.values() for name in given} | set(inputs):
        if parameter not in transformed["Parameters"]:
            found.append(f"{parameter} is no parameter of template.yaml (any more): .ci/parity.py or infra/README.md names it")

    differences = compare(transformed, inputs)
    used = set()
    for fact, cases in sorted(differences.items()):
        matching = {pattern for pattern, _ in expected if fnmatch.fnmatchcase(fact, pattern)}
        used |= matching
        if not matching:
            by_values = {}
            for case, values in cases.items():
                by_values.setdefault(values, []).append(case)
            for (template, module), names in by_values.items():
                found.append(f"{fact} ({', '.join(names)})\n    template.yaml: {shown(template)}\n    infra/:        {shown(module)}")
    for pattern, _ in expected:
        if pattern not in used:
            found.append(f'infra/README.md says that {pattern} differs from template.yaml. It does not: take it out of the table.')
    return found, len(used)


def shown(value):
    return "-" if value is None else value if len(value) <= 300 else f"{value[:300]}..."


def main():
    found, expected = problems(sam_template.transform({}))
    for problem in found:
        print(problem)
    if found:
        print(f"{len(found)} differences between template.yaml and infra/ that infra/README.md does not explain")
        return 1
    print(f"template.yaml and infra/ are alike in {len(CASES)} cases, but for {expected} explained differences")
    return 0


if __name__ == "__main__":
    sys.exit(main())
