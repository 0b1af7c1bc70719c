"""The data of a Secret as the Kubernetes API takes it."""

import base64
from collections.abc import Mapping
from types import MappingProxyType

from seldon_secrets_pulumi.problem import InvalidArguments, Problem

# core/v1 MaxSecretSize: the values of one Secret, decoded.
_LIMIT = 1024 * 1024


def check_size(data: Mapping[str, str], secret: str) -> None:
    """Raises `InvalidArguments` when the API server would refuse the Secret for its size."""
    size = sum(len(value.encode()) for value in data.values())
    if size > _LIMIT:
        rule = f"the Secret {secret} would hold {size:,} bytes; Kubernetes allows at most {_LIMIT:,}"
        raise InvalidArguments([Problem("", rule)])


def encoded(data: Mapping[str, str]) -> Mapping[str, str]:
    """The values in base64."""
    # Read-only, which also spares a program's time: Pulumi makes an Output of each key and value of a dict.
    return MappingProxyType({key: base64.b64encode(value.encode()).decode() for key, value in data.items()})
