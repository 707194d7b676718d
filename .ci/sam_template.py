#!/usr/bin/env python3
"""template.yaml as SAM's transform makes CloudFormation of it, by the library that the transform itself is (samtranslator).

    .ci/sam_template.py transform [Parameter=Value ...]     prints the transformed template
    .ci/sam_template.py combinations FOLDER                 writes the template and its transform for combinations of its parameters

Combinations: any two values of any two parameters stand together in one of them. A parameter's values are its AllowedValues (of many, the
first and the last, and the default), or its default and its bounds, or its default and the example below. Needs no AWS account and no
network.
"""

import itertools
import json
import logging
import os
import sys
from pathlib import Path

# samtranslator asks boto3 for the region's partition.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform as sam_transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

# Of metrics that the transform keeps about itself.
logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"

# sam deploy puts an uploaded object where CodeUri names a file.
PACKAGE = {"Bucket": "packages", "Key": "function.zip"}

# What to try where the template has neither AllowedValues nor bounds. Each parameter that is empty by default needs one.
EXAMPLES = {
    "AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:people",
    "AlertTopicArn": "arn:aws:sns:us-east-1:123456789012:alerts",
    "AwsEndpointUrl": "http://localhost:4566",
    "CloudWatchAlarmPrefix": "prod-",
    "DefaultWorkspace": "acme",
    "MemorySize": "1024",
    "MetricsNamespace": "none",
    "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/boundary",
    "ProducerAccountIds": "123456789012,210987654321",
    "ProducerRuleArns": "arn:aws:events:us-east-1:123456789012:rule/alarms",
    "ProducerTopicArns": "arn:aws:sns:us-east-1:123456789012:alerts",
    "SecretPrefix": "team/pagerduty/",
    "TokenKeyArn": "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012",
    "VisibilityTimeoutSeconds": "90",
}


class ManagedPolicies:
    """Stands for IAM, which the transform asks for AWS's managed policies by their names."""

    def load(self):
        return {}


def read(parameters):
    """The template with other defaults: a deployment that gives these parameters."""
    template = yaml_parse(TEMPLATE.read_text())
    for name, value in parameters.items():
        if name not in template["Parameters"]:
            raise SystemExit(f"template.yaml has no parameter {name}; it has {', '.join(template['Parameters'])}")
        # cfn-lint tells 30 from '30'.
        allowed = template["Parameters"][name].get("AllowedValues", [])
        template["Parameters"][name]["Default"] = next((option for option in allowed if str(option) == value), value)
    template["Globals"]["Function"]["CodeUri"] = PACKAGE
    return template


def transform(parameters):
    """The CloudFormation template that a deployment with these parameters runs."""
    return sam_transform(read(parameters), {}, ManagedPolicies())


def values(name, parameter):
    default = str(parameter["Default"])
    if "AllowedValues" in parameter:
        allowed = [str(value) for value in parameter["AllowedValues"]]
        return allowed if len(allowed) <= 3 else list(dict.fromkeys([default, allowed[0], allowed[-1]]))
    bounds = [str(parameter[bound]) for bound in ("MinValue", "MaxValue") if bound in parameter]
    if default == "" and name not in EXAMPLES:
        raise SystemExit(f"Parameter {name} is empty by default: add an example of it to EXAMPLES in .ci/sam_template.py")
    example = [EXAMPLES[name]] if name in EXAMPLES else []
    return list(dict.fromkeys([default, *bounds, *example]))


def combinations(parameters):
    """Few sets of values in which any two values of any two parameters meet; the first are the defaults."""
    choices = {name: values(name, parameter) for name, parameter in parameters.items()}
    defaults = {name: str(parameter["Default"]) for name, parameter in parameters.items()}

    def pairs(chosen):
        return set(itertools.combinations(sorted(chosen.items()), 2))

    missing = {
        tuple(sorted([(one, a), (other, b)]))
        for one, other in itertools.combinations(choices, 2)
        for a in choices[one]
        for b in choices[other]
    }
    rows = [defaults]
    missing -= pairs(defaults)
    while missing:
        row = dict(min(missing))
        for name in choices:
            if name not in row:
                met = {value: sum((tuple(sorted([(name, value), other])) in missing) for other in row.items()) for value in choices[name]}
                row[name] = max(choices[name], key=met.get)
        rows.append(row)
        missing -= pairs(row)
    return rows


def write_combinations(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rows = combinations(yaml_parse(TEMPLATE.read_text())["Parameters"])
    for number, row in enumerate(rows):
        # Which one it is, for whoever reads a complaint about it.
        (folder / f"{number:02}.parameters.json").write_text(json.dumps(row, indent=2))
        (folder / f"{number:02}.template.json").write_text(json.dumps(read(row), indent=2))
        (folder / f"{number:02}.transformed.json").write_text(json.dumps(transform(row), indent=2))
    return len(rows)


def main(arguments):
    if arguments[:1] == ["transform"]:
        json.dump(transform(dict(argument.split("=", 1) for argument in arguments[1:])), sys.stdout, indent=2)
    elif len(arguments) == 2 and arguments[0] == "combinations":
        print(f"{write_combinations(Path(arguments[1]))} combinations of parameters pass the SAM transform")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
