"""Every Python example of the README and the docs, run as a program, and checked for its promises."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi import InvalidDeclaration
from seldon_secrets_pulumi.model.s3 import S3Bucket
from seldon_secrets_pulumi.problem import InvalidArguments
from tests.support.keys import key_file
from tests.support.mocked_run import Run
from tests.support.pulumi_wire import secret_value

ROOT = Path(__file__).parents[3]
EXAMPLES = [
    pytest.param(code, id=f"{page.name}-{number}")
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for number, code in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    )
]
CONFIG = {
    "project:gcsCredentials": key_file(),
    "project:accessKeyId": "AKIA",
    "project:secretAccessKey": "secret",
    "project:cryptPassword": "hunter2",
    "project:sftpPassword": "hunter2",
    "project:registryPassword": "hunter2",
    "seldon-secrets:namespaces": '["team-a"]',
    "seldon-secrets:buckets": '[{"remote": "models", "type": "s3", "envAuth": true}]',
}


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_runs_and_makes_secrets(run: Run, code: str) -> None:
    exported: dict[str, Any] = {}

    def program() -> dict[str, Any]:
        exec(
            compile(code.replace("pulumi.export(", "export("), "example", "exec"),
            {"export": exported.__setitem__},
        )
        return exported

    outputs = run(program, config=CONFIG)
    # What a comment beside an export promises is what it yields.
    for name, promised in re.findall(r'pulumi\.export\("(\w+)", .*\)  # (\S+)$', code, re.MULTILINE):
        assert outputs[name] == promised
    assert run.secrets()


def test_the_readme_shows_real_messages() -> None:
    shown = re.findall(r"^```text\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    args = {"remote": "a", "namespace": "b", "env_auth": True, "endpoint": "minio:9000", "provider": "Mino"}
    with pytest.raises(InvalidArguments) as invalid:
        S3Bucket.parse(args)
    message = InvalidDeclaration('S3BucketSecret "models"', invalid.value.problems)
    assert shown == [f"error: {message}\n"]


def test_the_wrapping_example_is_what_rclone_reads(run: Run) -> None:
    (example,) = (it.values[0] for it in EXAMPLES if "crypt" in str(it.values[0]))
    run(lambda: exec(str(example), {}), config=CONFIG)
    data = secret_value(run.secrets()["sealed-bucket-params"]["data"])
    parameters = json.loads(base64.b64decode(data["sealed"]))["parameters"]
    assert parameters["remote"].startswith(":s3,provider=Minio,")
    assert parameters["password"] != "hunter2"
