"""A Secret as the platform lists it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.seldon_labels import KINDS

# The API sends the names of its enums (`v1SecretType`, `v1BucketSecretFormat`).
_LONGEST_NAME = 253


@dataclass(frozen=True, slots=True, order=True)
class OfferedSecret:
    """A Secret that the platform offers: to Core 1 and jobs in the format `env_var`, to Core 2 in `config_param`."""

    namespace: str
    name: str
    kind: str
    format: str | None
    remote: str | None


def read_offered_secrets(
    entries: list[Any], namespace: str, asked_format: str | None
) -> Iterator[OfferedSecret]:
    """The valid entries of an answer. An entry without a format has the one that was asked for."""
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        name, kind = entry.get("secretName"), entry.get("secretType")
        if not (isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and kind in KINDS):
            continue
        named_format = entry.get("bucketSecretFormat")
        remote = entry.get("remoteName")
        is_bucket = kind == "bucket"
        yield OfferedSecret(
            namespace,
            name,
            str(kind),
            (named_format if named_format in list(FORMATS) else asked_format) if is_bucket else None,
            remote if is_bucket and isinstance(remote, str) and remote else None,
        )
