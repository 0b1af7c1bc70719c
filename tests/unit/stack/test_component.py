"""The component SeldonSecrets declares Secrets from the configuration of a stack."""

import base64
import json
import logging
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
    warnings = [record.getMessage() for record in caplog.records]
    for text in (
        "kubernetes:enableSecretMutable is not true",
        "pulumi config set --secret --path 'seldon-secrets:buckets[0].secretAccessKey'\n",
        "the remote my-models contains a dash",
    ):
        assert sum(text in warning for warning in warnings) == 1, (text, warnings)
    assert "my-own contains a dash" not in caplog.text
    assert CANARY not in caplog.text


def test_a_warning_of_many_credentials_stays_short(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    run(stack, config=config(buckets=[MODELS | {"remote": f"models{it}"} for it in range(25)]))
    assert caplog.text.count("pulumi config set --secret --path") == 20
    assert "  and 5 more" in caplog.text
