"""A storage initializer of the user's own: environment variables as they are given."""

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.bucket import Bucket
from seldon_secrets_pulumi.model.formats import ENV_VAR, Format
from seldon_secrets_pulumi.problem import InvalidArguments, Problem

# Kubernetes, IsEnvVarName (apimachinery `pkg/util/validation`): `envFrom` skips a key that is no such name.
_VARIABLE = re.compile(r"[A-Za-z_.-][A-Za-z0-9_.-]*")


def is_variable(key: str) -> bool:
    """Whether `envFrom` makes an environment variable of a Secret's key."""
    return bool(_VARIABLE.fullmatch(key)) and key not in {".", ".."} and len(key) <= 253


def _env(env: dict[str, str]) -> dict[str, str]:
    if not env:
        raise ValueError("must hold at least one variable")
    for name in env:
        if not is_variable(name):
            raise ValueError(
                f"{name!r} must be an environment variable's name: letters, digits, '_', '-' and '.', not starting "
                "with a digit"
            )
    return env


class InitializerBucket(Bucket):
    """The arguments of `InitializerBucketSecret`."""

    supported: ClassVar[tuple[Format, ...]] = (ENV_VAR,)

    env: Annotated[dict[str, str], AfterValidator(_env)]

    def _content(self, format_: Format) -> dict[str, str]:
        problems = [
            Problem(f"env.{name}", rule)
            for name, value in self.env.items()
            if (rule := format_.problem(value, name))
        ]
        if problems:
            raise InvalidArguments(problems)
        return dict(self.env)
