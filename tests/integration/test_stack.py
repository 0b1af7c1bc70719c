"""The ready-made stack: the project's own `Pulumi.yaml` and the configuration of a stack."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.ready_made_stack import ReadyMadeStack

CANARIES = {name: f"canary-{name}-{secrets.token_hex(8)}" for name in ("s3", "file", "env", "registry")}


@pytest.fixture
def stack(isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path) -> ReadyMadeStack:
    env = {"REGISTRY_PASSWORD": CANARIES["env"]}
    stack = ReadyMadeStack(isolated_engine, control_plane, tmp_path, env)
    (tmp_path / "password").write_text(CANARIES["file"] + "\n")
    stack.configure(
        namespaces=stack.namespaces,
        buckets=[
            {"remote": "models", "type": "s3", "accessKeyId": "AKIA"},
            {
                "remote": "files",
                "type": "webdav",
                "namespaces": stack.namespaces[:1],
                "formats": ["env_var"],
                "parameters": {
                    "url": "https://files.example.com",
                    "vendor": "other",
                    "user": "u",
                    "pass": {"file": "password"},
                },
            },
        ],
        registries=[
            {
                "name": "ghcr",
                "namespaces": stack.namespaces[1:],
                "server": "ghcr.io",
                "username": "bot",
                "password": {"env": "REGISTRY_PASSWORD"},
            }
        ],
    )
    stack.encrypt("buckets[0].secretAccessKey", CANARIES["s3"])
    return stack


def uids(found: Mapping[str, Any]) -> dict[str, str]:
    return {name: it.metadata.uid for name, it in found.items()}


def test_the_cluster_has_the_declared_secrets_and_nothing_leaks(stack: ReadyMadeStack) -> None:
    printed = stack.pulumi("up", "--yes")
    first, second = stack.namespaces
    assert stack.names() == [
        ["files-bucket-envvars", "models-bucket-envvars", "models-bucket-params"],
        ["ghcr", "models-bucket-envvars", "models-bucket-params"],
    ]
    data = stack.cluster.secret_data(second, "models-bucket-envvars")
    assert data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"].decode() == CANARIES["s3"]
    login = json.loads(stack.cluster.secret_data(second, "ghcr")[".dockerconfigjson"])
    assert login["auths"].keys() == {"ghcr.io"}

    # Six Secrets are eight resources, and the state also lists the default provider.
    resources = json.loads(stack.pulumi("stack", "export"))["deployment"]["resources"]
    types = [it["type"] for it in resources]
    assert sorted(types) == sorted(
        ["pulumi:pulumi:Stack", "seldon-secrets:index:SeldonSecrets", "pulumi:providers:kubernetes"]
        + ["kubernetes:core/v1:Secret"] * 6
    )
    assert f"{first}/files-bucket-envvars" in [it["urn"].rpartition("::")[2] for it in resources]

    assert "plain text" not in printed
    stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    seen = {
        "up": printed,
        "state": stack.pulumi("stack", "export"),
        "outputs": stack.pulumi("stack", "output", "--json"),
        "preview": stack.pulumi("preview", "--diff", "--show-sames"),
        "file": stack.file.read_text(),
        "log": stack.pulumi("preview", "-v=8", "--logtostderr"),
    }
    assert {where: found for where, text in seen.items() if (found := leaks(text, CANARIES))} == {}
    assert leaks(stack.pulumi("stack", "export", "--show-secrets"), CANARIES)


def test_entries_are_reordered_removed_and_rotated(stack: ReadyMadeStack) -> None:
    stack.pulumi("up", "--yes", "--skip-preview")
    first = stack.namespaces[0]
    before = stack.cluster.secrets(first)

    buckets = stack.configured("buckets")
    stack.configure(buckets=buckets[::-1], namespaces=stack.namespaces[::-1])
    assert stack.steps() == {}

    stack.encrypt("buckets[1].secretAccessKey", "rotated-" + secrets.token_hex(8))
    assert stack.steps() == {
        "update": sorted(
            f"{namespace}/models-bucket-{kind}"
            for namespace in stack.namespaces
            for kind in ("envvars", "params")
        )
    }
    stack.pulumi("up", "--yes", "--skip-preview")
    after = stack.cluster.secrets(first)
    assert uids(after) == uids(before)
    assert after["models-bucket-params"].data != before["models-bucket-params"].data

    stack.configure(buckets=stack.configured("buckets")[1:])
    assert stack.steps() == {"delete": [f"{first}/files-bucket-envvars"]}
    stack.pulumi("up", "--yes", "--skip-preview")
    assert stack.names()[0] == ["models-bucket-envvars", "models-bucket-params"]


def test_plain_text_is_warned_of_with_the_command_that_encrypts_it(stack: ReadyMadeStack) -> None:
    buckets = stack.configured("buckets")
    # Beside an encrypted one, so that the setting as a whole is secret.
    stack.configure(
        buckets=[
            *buckets,
            {"remote": "other", "type": "s3", "accessKeyId": "A", "secretAccessKey": CANARIES["s3"]},
        ],
        registries=[stack.configured("registries")[0] | {"password": CANARIES["registry"]}],
    )
    printed = stack.pulumi("preview")
    assert "pulumi config set --secret --path 'seldon-secrets:buckets[2].secretAccessKey'" in printed
    assert "pulumi config set --secret --path 'seldon-secrets:registries[0].password'" in printed
    assert "buckets[0].secretAccessKey" not in printed
    assert leaks(printed, CANARIES) == []


def test_problems_stop_the_preview_with_the_path_and_without_the_value(stack: ReadyMadeStack) -> None:
    stack.encrypt("buckets[0].secretAccessKey", CANARIES["s3"] + " x")
    stack.encrypt("buckets[1].parameters.pas", CANARIES["file"])
    stack.configure(bucketz="nonsense")
    printed = stack.pulumi("up", "--yes", check=False)
    assert "bucketz: is not a setting; did you mean buckets?" in printed
    assert "buckets[0].secretAccessKey: must not contain spaces" in printed
    assert "buckets[1].parameters.pas: is not an option of webdav" in printed
    assert "Traceback" not in printed
    assert leaks(printed, CANARIES) == []
    assert stack.names() == [[], []]
