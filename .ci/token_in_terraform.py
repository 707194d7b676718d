#!/usr/bin/env python3
"""Looks for a PagerDuty token in all that Terraform writes and says when it applies infra/examples/token.

moto stands for AWS: it keeps the secret that Terraform writes, and answers the invocation of install as given here. So this does not
prove what install does with the secret; it proves that Terraform hands the token over and keeps it nowhere.

.ci/checks/token runs it. It needs terraform, after terraform init of infra/examples/token, and what .ci/requirements.txt names. It ends
with 0 if the token is nowhere.
"""

import base64
import io
import json
import logging
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile

import boto3
from moto.server import ThreadedMotoServer

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "infra/examples/token"
REGION = "eu-west-1"
TOKENS = ["u+3s8Yx2Kq7Zt4Wb9Lm1Nv", "u+9p5Rc6Hd2Jf8Gk3Qs7Ty"]
ANSWER = {
    "workspaceId": "acme",
    "status": "ACTIVE",
    "region": "us",
    "user": {"id": "PUSR001", "name": "Paging Bot", "email": "bot@example.com", "role": "user"},
    "services": [{"id": "PSVC001", "name": "Payments"}],
    "warnings": [],
    "installedAt": "2026-11-23T03:00:00Z",
    "reinstalled": False,
}

# A configuration that keeps a token, to see that it would be found.
CARELESS = """
variable "token" { type = string }
resource "terraform_data" "careless" { input = var.token }
"""


class Terraform:
    """Runs terraform in a folder, and keeps what it said."""

    def __init__(self, folder, endpoint, data_dir):
        self.folder, self.said = folder, {}
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_VAR_")} | {
            "TF_DATA_DIR": str(data_dir),
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CHECKPOINT_DISABLE": "1",
        }

    def run(self, *arguments, token=None):
        environment = self.environment | ({"TF_VAR_token": token} if token else {})
        done = subprocess.run(["terraform", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300)
        self.said[f"{len(self.said) + 1}: terraform {' '.join(arguments)}"] = (done.stdout + done.stderr).encode()
        if done.returncode:
            raise SystemExit(f"terraform {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


def everything(terraform):
    """All that Terraform wrote and said, by name. A plan file is a zip."""
    found = dict(terraform.said)
    for path in filter(pathlib.Path.is_file, terraform.folder.rglob("*")):
        if path.suffix == ".tf":
            continue
        content = path.read_bytes()
        found[path.name] = content
        if zipfile.is_zipfile(path):
            archive = zipfile.ZipFile(io.BytesIO(content))
            found |= {f"{path.name}/{name}": archive.read(name) for name in archive.namelist()}
    return found


def holding(found, token):
    """Names of what holds the token: as it is, or in Base64 at any of the three places that it may begin at."""
    forms = [token.encode()] + [base64.b64encode(b"\0" * shift + token.encode())[4:-4] for shift in range(3)]
    return sorted(name for name, content in found.items() if any(form in content for form in forms))


def apply_careless(folder, endpoint):
    """A token that is kept must be found: in the plan, in the state, and in what is shown of both."""
    (folder / "main.tf").write_text(CARELESS)
    terraform = Terraform(folder, endpoint, folder / ".terraform")
    terraform.run("init", "-input=false")
    terraform.run("plan", "-input=false", "-out=first.plan", token=TOKENS[0])
    terraform.run("show", "-json", "first.plan")
    terraform.run("apply", "-input=false", "first.plan")
    found = holding(everything(terraform), TOKENS[0])
    for name in ("first.plan/tfplan", "terraform.tfstate", "3: terraform show -json first.plan"):
        if name not in found:
            raise SystemExit(f"a token that is kept was not found in {name}, only in {found}: this check looks at the wrong place")


def apply_example(folder, endpoint):
    """A plan and an apply, a plan without a token that changes nothing, another token, and a destroy."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"), dirs_exist_ok=True)
    terraform = Terraform(folder, endpoint, EXAMPLE / ".terraform")
    secrets = boto3.client("secretsmanager", endpoint_url=endpoint, region_name=REGION,
                           aws_access_key_id="test", aws_secret_access_key="test")

    for version, token in enumerate(TOKENS, start=1):
        plan = f"{version}.plan"
        terraform.run("plan", "-input=false", f"-out={plan}", "-var", f"token_version={version}", token=token)
        terraform.run("show", "-json", plan)
        # An ephemeral variable is not in the plan: it is asked for again.
        terraform.run("apply", "-input=false", plan, token=token)
        handed_over = secrets.get_secret_value(SecretId="pagerduty-handover/paging/acme")
        expect("the secret that was handed over", handed_over["SecretString"], token)
        terraform.run("show", "-json")
        terraform.run("output", "-json")
        terraform.run("plan", "-input=false", "-detailed-exitcode", "-var", f"token_version={version}")

    (install,) = [resource for resource in json.loads((folder / "terraform.tfstate").read_text())["resources"]
                  if resource["type"] == "aws_lambda_invocation"]
    expect("what install was given", json.loads(install["instances"][0]["attributes"]["input"]),
           {"workspaceId": "acme", "accessTokenSecretId": handed_over["ARN"], "onRefusal": "fail"})
    terraform.run("destroy", "-auto-approve", "-input=false", "-var", "token_version=2")

    found = everything(terraform)
    for token in TOKENS:
        if holding(found, token):
            raise SystemExit(f"the token is in {', '.join(holding(found, token))}")
    return len(found)


def expect(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what} is {found}, and should be {wanted}")


def prepare(endpoint):
    """A function paging-install that answers as given."""
    def post(path, body):
        urllib.request.urlopen(urllib.request.Request(endpoint + path, json.dumps(body).encode(), {"Content-Type": "application/json"}))

    post("/moto-api/config", {"lambda": {"use_docker": False}})
    post("/moto-api/static/lambda-simple/response", {"results": [json.dumps(ANSWER)] * len(TOKENS), "region": REGION})
    aws = {"endpoint_url": endpoint, "region_name": REGION, "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    role = boto3.client("iam", **aws).create_role(RoleName="install", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as package:
        package.writestr("bootstrap", "")
    boto3.client("lambda", **aws).create_function(
        FunctionName="paging-install", Role=role, Runtime="provided.al2023", Handler="none", Code={"ZipFile": code.getvalue()})


def main():
    # One line a request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        prepare(endpoint)
        with tempfile.TemporaryDirectory() as careless, tempfile.TemporaryDirectory() as example:
            apply_careless(pathlib.Path(careless), endpoint)
            looked_at = apply_example(pathlib.Path(example), endpoint)
    finally:
        server.stop()
    print(f"neither token of infra/examples/token is in any of {looked_at} files and answers of Terraform")


if __name__ == "__main__":
    sys.exit(main())
