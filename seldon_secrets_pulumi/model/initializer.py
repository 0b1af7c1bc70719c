"""A custom storage initializer: environment variables of the user's choice."""

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.bucket import Bucket
from seldon_secrets_pulumi.model.formats import ENV_VAR, Format
from seldon_secrets_pulumi.problem import Problem

# Kubernetes, IsEnvVarName (apimachinery `pkg/util/validation`): `envFrom` skips keys that are not such names.
_VARIABLE = re.compile(r"[A-Za-z_.-][A-Za-z0-9_.-]*")


def is_variable(key: str) -> bool:
    """Whether `envFrom` makes an environment variable of a Secret's key."""
    return bool(_VARIABLE.fullmatch(key)) and key not in {".", ".."} and len(key) <= 253


def _env(env: dict[str, str]) -> dict[str, str]:
    if not env:
        raise ValueError("must contain at least one variable")
    for name in env:
        if not is_variable(name):
            raise ValueError(
                f"{name!r} must be the name of an environment variable: letters, digits, '_', '-' and '.', not "
                "starting with a digit"
            )
    return env


class InitializerBucket(Bucket):
    """The arguments of `InitializerBucketSecret`."""

    supported: ClassVar[tuple[Format, ...]] = (ENV_VAR,)

    env: Annotated[dict[str, str], AfterValidator(_env)]

    def data(self, bucket_format: Format) -> dict[str, str]:  # noqa: ARG002 - there is only one format
        return dict(self.env)

    def content_problems(self) -> Iterator[Problem]:
        if self.is_settled("env"):
            yield from self.delivery_problems(self.env, "env.{}".format)
        yield from super().content_problems()
