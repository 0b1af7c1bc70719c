"""The registry component: its Secret, unknown credentials in previews, and problems."""

import base64
import json
import logging
from typing import Any

import pulumi
import pytest
from pulumi.output import UNKNOWN, contains_unknowns

from seldon_secrets_pulumi import InvalidDeclaration, RegistrySecret, RegistrySecretArgs
from tests.support.mocked_run import Run
from tests.support.pulumi_wire import secret_value


def registry(name: str = "pull", **args: Any) -> RegistrySecret:
    given: RegistrySecretArgs = {
        "secret_name": "ghcr",
        "namespace": "team",
        "server": "ghcr.io",
        "username": "bot",
        "password": pulumi.Output.secret("canary"),
    }
    return RegistrySecret(name, {**given, **args})  # type: ignore[typeddict-item]


def test_the_secret_as_the_api_server_gets_it(run: Run) -> None:
    outputs = run(
        lambda: [(it := registry(labels={"team": "a"})).secret_name, it.namespace, it.checksum.is_secret()]
    )
    assert outputs == ["ghcr", "team", True]
    inputs = run.secrets()["pull"]
    assert inputs["type"] == "kubernetes.io/dockerconfigjson"
    assert inputs["metadata"] == {
        "name": "ghcr",
        "namespace": "team",
        "labels": {
            "team": "a",
            "secret-type": "registry",
            "seldon-deploy": "true",
            "app.kubernetes.io/managed-by": "pulumi",
        },
        "annotations": {
            "pulumi.com/patchFieldManager": "seldon-secrets/project/stack",
            "seldon-secrets.pulumi/stack": "project/stack",
        },
    }
    (key, value), *others = secret_value(inputs["data"]).items()
    assert (key, others) == (".dockerconfigjson", [])
    auth = base64.b64encode(b"bot:canary").decode()
    assert json.loads(base64.b64decode(value)) == {"auths": {"ghcr.io": {"auth": auth}}}


def test_unknown_credentials_leave_the_metadata_known(run: Run) -> None:
    run(lambda: registry(password=pulumi.Output.from_input(UNKNOWN)), preview=True)
    (inputs,) = run.secrets().values()
    assert inputs["metadata"]["name"] == "ghcr"
    assert contains_unknowns(inputs["data"])


def test_problems_are_reported_under_the_components_name(run: Run) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(lambda: registry(server=None, pasword="canary"))
    assert str(invalid.value).splitlines() == [
        'RegistrySecret "pull": pasword: is not an argument; did you mean password?',
        'RegistrySecret "pull": server: is required unless docker_config_json is set',
    ]


def test_everything_is_reported_in_one_pass_beside_unknown_values(run: Run) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(
            lambda: registry(
                secret_name="GHCR",
                server="https://",
                username=None,
                password=pulumi.Output.from_input(UNKNOWN),
                labels={"a b": "x"},
            ),
            preview=True,
        )
    assert [problem.argument for problem in invalid.value.problems] == [
        "labels",
        "secret_name",
        "server",
        "username",
    ]


def test_a_registry_without_a_login_is_a_warning(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    auth = base64.b64encode(b"bot:canary").decode()
    text = json.dumps({"auths": {"https://index.docker.io/v1/": {}, "ghcr.io": {"auth": auth}}})
    args: RegistrySecretArgs = {"secret_name": "ghcr", "namespace": "team", "docker_config_json": text}
    run(lambda: RegistrySecret("pull", args))
    # Errors of other tests may be reported here, when they are collected.
    (warning,) = (record.getMessage() for record in caplog.records if record.levelno == logging.WARNING)
    assert "the Docker config of ghcr has no login for 'https://index.docker.io/v1/'." in warning
    (value,) = secret_value(run.secrets()["pull"]["data"]).values()
    assert json.loads(base64.b64decode(value)) == {"auths": {"ghcr.io": {"auth": auth}}}
