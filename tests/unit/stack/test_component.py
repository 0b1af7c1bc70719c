"""The component SeldonSecrets declares Secrets from the configuration of a stack."""

import base64
import json
import logging
import shlex
from pathlib import Path
from typing import Any

import pulumi
import pytest

from seldon_secrets_pulumi import InvalidDeclaration, S3BucketSecret
from seldon_secrets_pulumi.stack import SeldonSecrets
from tests.support.canaries import CANARY
from tests.support.mocked_run import Run
from tests.support.pulumi_wire import secret_value

MODELS = {"remote": "models", "type": "s3", "accessKeyId": "AKIA", "secretAccessKey": CANARY}
GHCR = {"name": "ghcr", "server": "ghcr.io", "username": "bot", "password": CANARY}


def config(**settings: Any) -> dict[str, str]:
    given = {"namespaces": ["team"]} | settings
    return {f"seldon-secrets:{name}": json.dumps(value) for name, value in given.items()}


def stack() -> pulumi.Output[list[str]]:
    return SeldonSecrets("seldon-secrets").secrets


def test_secrets_are_named_for_what_they_are_and_marked(run: Run) -> None:
    names = run(stack, config=config(buckets=[MODELS], registries=[GHCR]))
    assert names == ["team/models-bucket-envvars", "team/models-bucket-params", "team/ghcr"]
    found = run.secrets()
    assert sorted(found) == sorted(names)  # resources are registered side by side
    assert found["team/ghcr"]["type"] == "kubernetes.io/dockerconfigjson"
    assert found["team/models-bucket-params"]["metadata"] == {
        "name": "models-bucket-params",
        "namespace": "team",
        "labels": {
            "secret-type": "bucket",
            "seldon-deploy": "true",
            "app.kubernetes.io/managed-by": "pulumi",
            "bucket-secret-format": "config_param",
        },
        "annotations": {
            "pulumi.com/patchFieldManager": "seldon-secrets/project/stack",
            "seldon-secrets.pulumi/stack": "project/stack",
        },
    }
    key = secret_value(found["team/models-bucket-envvars"]["data"])["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"]
    assert base64.b64decode(key).decode() == CANARY
    assert run.of_type("seldon-secrets:index:SeldonSecrets") == {"seldon-secrets": {}}


def test_the_same_secrets_as_the_component_makes(run: Run) -> None:
    run(stack, config=config(buckets=[MODELS]))
    ready_made = run.secrets()

    def component() -> None:
        args: Any = {
            "remote": "models",
            "namespace": "team",
            "access_key_id": "AKIA",
            "secret_access_key": CANARY,
        }
        S3BucketSecret("models", args)

    run(component)
    # Under other names in the state, and in any order.
    by_name = {it["metadata"]["name"]: it for it in run.secrets().values()}
    assert {it["metadata"]["name"]: it for it in ready_made.values()} == by_name


def test_problems_are_reported_without_values(run: Run) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(stack, config=config(buckets=[MODELS | {"secretAccessKey": f"{CANARY}\n"}, {"remote": "x"}]))
    key, type_ = str(invalid.value).splitlines()
    assert key.startswith("stack config seldon-secrets: buckets[0].secretAccessKey: must not contain spaces")
    assert type_ == "stack config seldon-secrets: buckets[1].type: is required"


def test_a_setting_that_is_no_json_is_not_repeated(run: Run) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(stack, config={"seldon-secrets:buckets": CANARY})
    assert str(invalid.value) == "stack config seldon-secrets: buckets: must be a list"


def test_a_component_of_the_same_program_declares_the_secret_too(run: Run) -> None:
    def both() -> None:
        stack()
        args: Any = {"remote": "models", "namespace": "team", "env_auth": True}
        S3BucketSecret("mine", args)

    with pytest.raises(
        InvalidDeclaration, match=r"stack config seldon-secrets, buckets\[0\] already declares the Secret"
    ):
        run(both, config=config(buckets=[MODELS]))


def test_the_format_label_of_the_stack(run: Run) -> None:
    run(stack, config=config(buckets=[MODELS]) | {"seldon-secrets:formatLabelKey": "example.com/format"})
    labels = run.secrets()["team/models-bucket-envvars"]["metadata"]["labels"]
    assert labels["example.com/format"] == "env_var"


def test_the_stack_warns_of_dashes_and_of_replacement(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    dashed = [
        MODELS | {"remote": "my-models"},
        {"remote": "my-own", "type": "initializer", "env": {"A": "b"}},
    ]
    run(stack, config=config(buckets=dashed) | {"kubernetes:enableSecretMutable": "false"})
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    for text in (
        "kubernetes:enableSecretMutable is not true",
        "pulumi config set --secret --path 'seldon-secrets:buckets[0].secretAccessKey'\n",
        "the remote my-models contains a dash",
    ):
        assert sum(text in warning for warning in warnings) == 1, (text, warnings)
    assert "my-own contains a dash" not in caplog.text
    assert CANARY not in caplog.text


def test_the_stack_warns_once_per_entry_of_what_the_newest_releases_lack(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    newer = MODELS | {"parameters": {"use_arn_region": True}}  # since rclone 1.71
    run(stack, config=config(namespaces=["a", "b"], buckets=[MODELS | {"remote": "other"}, newer]))
    lacks = "use_arn_region: requires rclone 1.71.0 or later; core1:1.18.2 has rclone 1.64.2"
    assert caplog.text.count(f"stack config seldon-secrets, buckets[1]: parameters.{lacks}") == 1
    assert caplog.text.count("requires rclone") == 1
    assert CANARY not in caplog.text


def test_a_warning_of_many_credentials_stays_short(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    run(stack, config=config(buckets=[MODELS | {"remote": f"models{it}"} for it in range(25)]))
    assert caplog.text.count("pulumi config set --secret --path") == 20
    assert "  and 5 more" in caplog.text


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({}, "none of the settings buckets, registries, secrets is set"),
        (
            {"seldon-secrets:namespaces": '["team"]'},
            "none of the settings buckets, registries, secrets is set",
        ),
        (
            {"seldon-secret:buckets": "[]"},
            "seldon-secret:buckets: is not a setting of seldon-secrets; did you",
        ),
        ({"project:buckets": "[]"}, "project:buckets: is not a setting of seldon-secrets; did you mean"),
        ({"seldon-secrets:bukets": "[]"}, "bukets: is not a setting; did you mean buckets?"),
        ({"seldon-secrets:buckets": ""}, "buckets: must be a list"),
        ({"seldon-secrets:buckets": "null"}, "buckets: must be a list"),
        ({"seldon-secrets:buckets": f'["{CANARY}"'}, "buckets: is not valid JSON (line 1, column "),
        ({"seldon-secrets:buckets": "[" * 100_000}, "buckets: is nested too deeply"),
        ({"seldon-secrets:buckets": "[" + " " * 2**24}, "buckets: is larger than 16 MiB"),
        ({"seldon-secrets:buckets": '[{"\\ud800": 1}]'}, "buckets[0]: all names must be valid Unicode text"),
        ({"seldon-secrets:x\x1b[31m": "[]"}, "x\N{REPLACEMENT CHARACTER}[31m: is not a setting"),
    ],
)
def test_settings_that_would_delete_every_secret(run: Run, settings: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(stack, config=settings)
    (line,) = str(invalid.value).splitlines()
    assert line.startswith(f"stack config seldon-secrets: {problem}")
    assert CANARY not in line
    assert run.secrets() == {}


def test_an_empty_list_declares_no_secrets_on_purpose(run: Run) -> None:
    for setting in ("buckets", "registries", "secrets"):
        assert run(stack, config={f"seldon-secrets:{setting}": "[]"}) == []


def test_a_program_may_have_settings_of_the_same_name(run: Run) -> None:
    assert run(stack, config=config(buckets=[]) | {"project:buckets": "mine"}) == []


@pytest.mark.parametrize("option", [None, True, False])
@pytest.mark.parametrize("setting", [None, True, False])
def test_protection(run: Run, option: bool | None, setting: bool | None) -> None:
    resources: dict[str, pulumi.Resource] = {}

    def record(args: pulumi.ResourceTransformationArgs) -> None:
        resources[args.name] = args.resource

    def program() -> None:
        SeldonSecrets("all", pulumi.ResourceOptions(protect=option, transformations=[record]))

    entries = [GHCR, GHCR | {"name": "open", "protect": False}, GHCR | {"name": "closed", "protect": True}]
    shared = {} if setting is None else {"protect": setting}
    run(program, config=config(registries=entries, **shared))
    protected = {name: bool(resource._protect) for name, resource in resources.items()}
    assert protected == {
        "all": bool(option),
        "team/ghcr": bool(option if setting is None else setting),
        "team/open": False,
        "team/closed": True,
    }


def test_a_name_can_not_break_out_of_the_command_in_the_warning(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda message, *_: messages.append(message))
    hostile = {"remote": "own", "type": "initializer", "env": {"x'; id; '\n\x1b\ud800": CANARY}}
    with pytest.raises(InvalidDeclaration):
        run(stack, config=config(buckets=[hostile]))
    (line,) = [line for line in "".join(messages).splitlines() if "--path" in line]
    words = shlex.split(line)
    assert words[:-1] == ["pulumi", "config", "set", "--secret", "--path"]
    assert words[-1].startswith("seldon-secrets:buckets[0].env[\"x'; id; '\N{REPLACEMENT CHARACTER}")
    assert "\x1b" not in line


def test_without_a_project_folder_files_are_in_the_current_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("password").write_text(CANARY)

    def program() -> pulumi.Output[list[str]]:
        # As the Automation API leaves it for an inline program (pulumi `automation/_server.py`).
        monkeypatch.setattr(pulumi.runtime.settings.SETTINGS, "root_directory", None)
        return stack()

    names = run(program, config=config(registries=[GHCR | {"password": {"file": "password"}}]))
    assert names == ["team/ghcr"]
