"""A Secret's data: its size limit and the names of bucket secrets."""

import pytest

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.initializer import InitializerBucket
from seldon_secrets_pulumi.problem import InvalidArguments


def of_size(size: int) -> InitializerBucket:
    half = 64 * 1024
    env = {f"V{index}": "x" * half for index in range(size // half)} | {"REST": "x" * (size % half)}
    bucket = InitializerBucket.parse({"remote": "models", "namespace": "team", "env": env})
    assert bucket
    return bucket


def test_kubernetes_takes_a_mebibyte_and_not_a_byte_more() -> None:
    assert sum(map(len, of_size(1024 * 1024).data(ENV_VAR).values())) == 1024 * 1024
    with pytest.raises(InvalidArguments, match="the Secret models-bucket-envvars would hold 1,048,577 bytes"):
        of_size(1024 * 1024 + 1).data(ENV_VAR)


def test_names_of_the_two_formats() -> None:
    assert ENV_VAR.secret_name("models") == "models-bucket-envvars"
    assert CONFIG_PARAM.secret_name("models") == "models-bucket-params"
