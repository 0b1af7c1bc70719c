"""What somebody does to a stack's file must not cost its Secrets, or end in anything but a clear error."""

import base64
import json
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.command import COMMAND
from .support.ready_made_stack import ReadyMadeStack

CANARY = f"canary-{secrets.token_hex(8)}"
BUCKET = {"remote": "models", "type": "s3", "accessKeyId": "AKIA", "secretAccessKey": CANARY}
GHCR = {"name": "ghcr", "server": "ghcr.io", "username": "bot", "password": CANARY}
NAMES = ["ghcr", "models-bucket-envvars", "models-bucket-params"]


@pytest.fixture
def stack(isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path) -> ReadyMadeStack:
    """A stack with three Secrets in one namespace."""
    project = tmp_path / "project"
    project.mkdir()
    stack = ReadyMadeStack(isolated_engine, control_plane, project)
    stack.configure(namespaces=stack.namespaces[:1], buckets=[BUCKET], registries=[GHCR])
    stack.pulumi("up", "--yes", "--skip-preview")
    assert stack.names() == [NAMES, []]
    return stack


def failed(stack: ReadyMadeStack, *command: str) -> str:
    """The output of a command that fails within two minutes, without a traceback, and leaves every Secret alone."""
    started = time.monotonic()
    printed = stack.pulumi(*command, check=False)
    assert time.monotonic() - started < 120
    assert "error: " in printed
    assert "Traceback" not in printed
    assert leaks(printed, {"canary": CANARY}) == []
    assert stack.names() == [NAMES, []]
    return printed


def rendered(stack: ReadyMadeStack) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "render", str(stack.file)]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, check=False)


def test_an_empty_or_misspelled_file_deletes_nothing(stack: ReadyMadeStack) -> None:
    header = {"encryptionsalt": yaml.safe_load(stack.file.read_text())["encryptionsalt"]}
    entries = {"buckets": [BUCKET], "registries": [GHCR], "namespaces": stack.namespaces[:1]}

    def under(prefix: str, **settings: Any) -> dict[str, Any]:
        return {"config": {f"{prefix}:{name}": value for name, value in settings.items()}}

    nothing = "none of the settings buckets, registries, secrets is set"
    files: list[tuple[dict[str, Any], str]] = [
        ({}, nothing),
        ({"config": None}, nothing),
        ({"confg": {}}, nothing),
        (under("kubernetes", enableSecretMutable="true"), nothing),
        (
            under("seldon-secret", **entries),
            "seldon-secret:buckets: is not a setting of seldon-secrets; did you",
        ),
        (under("seldonsecrets", **entries), "did you mean seldon-secrets:registries?"),
        (under("seldon-secrets", bukets=[BUCKET]), "bukets: is not a setting; did you mean buckets?"),
        (under("seldon-secrets", buckets=None), "buckets: must be a list"),
    ]
    for content, message in files:
        stack.file.write_text(yaml.safe_dump({**header, **content}))
        assert message in failed(stack, "up", "--yes"), content
        if "confg" not in content:  # render takes it for a setting
            assert message in rendered(stack).stderr, content

    assert message in failed(stack, "up", "--yes", "--skip-preview")

    stack.file.write_text(yaml.safe_dump({**header, **under("seldon-secrets", buckets=[])}))
    assert rendered(stack).returncode == 0
    stack.pulumi("up", "--yes")
    assert stack.names() == [[], []]


def test_protected_secrets_are_not_deleted(stack: ReadyMadeStack) -> None:
    stack.configure(protect=True)
    stack.pulumi("up", "--yes", "--skip-preview")
    assert "protected" in failed(stack, "destroy", "--yes")
    # Not even on purpose, and a misspelled remote would delete its Secrets too.
    stack.configure(buckets=[BUCKET | {"remote": "model"}])
    assert "protected" in failed(stack, "up", "--yes")
    stack.configure(buckets=[], registries=[])
    assert "protected" in failed(stack, "up", "--yes")

    # A rotation is an update in place.
    stack.configure(buckets=[BUCKET | {"secretAccessKey": f"{CANARY}-rotated"}], registries=[GHCR])
    stack.pulumi("up", "--yes")

    # An entry's own setting comes first.
    stack.configure(registries=[GHCR | {"protect": False}])
    stack.pulumi("up", "--yes", "--skip-preview")
    stack.configure(registries=[])
    stack.pulumi("up", "--yes", "--skip-preview")
    assert stack.names() == [NAMES[1:], []]

    stack.configure(protect=False)
    stack.pulumi("up", "--yes", "--skip-preview")
    stack.pulumi("destroy", "--yes", "--skip-preview")
    assert stack.names() == [[], []]


def test_strange_settings_end_in_a_clear_error(stack: ReadyMadeStack) -> None:
    (stack.folder.parent / "outside").write_text(CANARY)
    (stack.folder / "link").symlink_to("../outside")
    surrogate = json.dumps([BUCKET | {"secretAccessKey": f"{CANARY}\ud800"}])
    strange: list[tuple[Any, str]] = [
        (surrogate, "buckets[0].secretAccessKey: must be valid Unicode text, without lone surrogates"),
        ("[" * 100_000, "buckets: is nested too deeply"),
        (json.dumps([BUCKET] * 400_000), "buckets: is larger than 16 MiB"),
        ([BUCKET | {"remote": 123}], "buckets[0].remote: must be a string"),
        ([BUCKET | {"secretAccessKey": 123}], "buckets[0].secretAccessKey: must be a string"),
        ([BUCKET | {"protect": "maybe"}], "buckets[0].protect: must be true or false"),
        ([{1: CANARY}], "buckets[0].remote: is required"),
        ([BUCKET | {"secretAccessKey": {"file": "../outside"}}], "is outside the project's folder"),
        ([BUCKET | {"secretAccessKey": {"file": "link"}}], "is outside the project's folder"),
        ([BUCKET | {"secretAccessKey": {"file": "stack"}}], "is not a regular file"),
        ([BUCKET | {"secretAccessKey": {"file": "/dev/zero"}}], "is outside the project's folder"),
    ]
    for value, message in strange:
        stack.configure(buckets=value)
        assert message in failed(stack, "preview"), message
    stack.configure(buckets=[BUCKET | {"secretAccessKey": {"file": "link"}}], allowFilesOutsideProject=True)
    assert stack.steps() == {}


INLINE = """
from pathlib import Path
from pulumi import automation
from seldon_secrets_pulumi.stack import SeldonSecrets

def program():
    SeldonSecrets("all")

stack = automation.create_or_select_stack("inline", "my-project", program)
def configure(name, value, **options):
    stack.set_config(name, automation.ConfigValue(value, **options))
configure("kubernetes:enableSecretMutable", "true")
def refused(message):
    try:
        stack.preview()
    except automation.CommandError as error:
        assert message in str(error), error
    else:
        raise AssertionError(message)
refused("none of the settings buckets, registries, secrets is set")
configure("buckets", "[]")
refused("my-project:buckets: is not a setting of seldon-secrets; did you mean seldon-secrets:buckets?")
stack.remove_config("buckets")
configure("seldon-secrets:namespaces", '["NAMESPACE"]')
configure("seldon-secrets:registries", Path("settings.json").read_text(), secret=True)
stack.up()
assert stack.up().summary.resource_changes == {"same": 3}, stack.up().summary
"""


def test_an_inline_program_of_the_automation_api(
    isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path
) -> None:
    namespace = control_plane.create_namespace()
    (tmp_path / "password").write_text(f"{CANARY}\n")
    (tmp_path / "settings.json").write_text(json.dumps([GHCR | {"password": {"file": "password"}}]))
    finished = subprocess.run(
        [sys.executable, "-c", INLINE.replace("NAMESPACE", namespace)],
        env={**isolated_engine.env, "KUBECONFIG": str(control_plane.kubeconfig)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    config = json.loads(control_plane.secret_data(namespace, "ghcr")[".dockerconfigjson"])
    assert base64.b64decode(config["auths"]["ghcr.io"]["auth"]).decode() == f"bot:{CANARY}"
