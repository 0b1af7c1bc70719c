"""Environment variables for a custom storage initializer."""

from typing import Any

import pytest

from seldon_secrets_pulumi.model.formats import ENV_VAR
from seldon_secrets_pulumi.model.initializer import InitializerBucket
from seldon_secrets_pulumi.problem import InvalidArguments


def initializer(**args: Any) -> InitializerBucket:
    bucket = InitializerBucket.parse({"remote": "models", "namespace": "team", **args})
    assert bucket
    return bucket


def test_variables_are_written_as_they_are_given() -> None:
    env = {"AWS_ACCESS_KEY_ID": "canary", "azure.client-id": "two\nlines", "_": ""}
    assert initializer(env=env).data(ENV_VAR) == env


@pytest.mark.parametrize("name", ["", "1ST", "A B", "A=B", ".", "..", "Ä", "A\n", "A" * 254])
def test_kubernetes_would_skip_what_is_no_variables_name(name: str) -> None:
    with pytest.raises(
        InvalidArguments, match=r"env: .* must be the name of an environment variable"
    ) as invalid:
        initializer(env={name: "canary"})
    assert "canary" not in str(invalid.value)


def test_no_variable_is_no_secret() -> None:
    with pytest.raises(InvalidArguments, match="env: must contain at least one variable"):
        initializer(env={})
    with pytest.raises(InvalidArguments, match="env: is required"):
        initializer()


def test_a_value_that_no_environment_can_hold() -> None:
    with pytest.raises(InvalidArguments, match=r"env\.TOKEN: must not contain a NUL character") as invalid:
        initializer(env={"TOKEN": "canary\0"}).data(ENV_VAR)
    assert "canary" not in str(invalid.value)


def test_an_initializer_secret_has_one_format() -> None:
    with pytest.raises(InvalidArguments, match="formats: is not an argument"):
        initializer(env={"A": "b"}, formats=["config_param"])
