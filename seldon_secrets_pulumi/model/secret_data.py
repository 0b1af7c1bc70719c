"""The data of a Secret as the Kubernetes API expects it."""

import base64
from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.problem import Problem

# core/v1 MaxSecretSize: the values of one Secret, decoded.
_LIMIT = 1024 * 1024


def size_problems(data: Mapping[str, str], secret: str) -> Iterator[Problem]:
    """The problem that the API server would reject the Secret for its size."""
    size = sum(len(value.encode()) for value in data.values())
    if size > _LIMIT:
        rule = f"the Secret {secret} would hold {size:,} bytes; Kubernetes allows at most {_LIMIT:,}"
        yield Problem("", rule, code="size")


def encoded(data: Mapping[str, str]) -> dict[str, str]:
    """The values in base64."""
    return {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
