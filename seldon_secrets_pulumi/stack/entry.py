"""The settings of an entry: their names, the kind of declaration that they make, and the credentials among them."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.kinds import CREDENTIAL_MAPPINGS, DECLARABLE_KINDS, Kind, bucket_kind
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.rclone.catalog import backend

# The fields whose setting has another name.
_NAMES = {"namespace": "namespaces", "secret_name": "name"}
# Options that are free text to rclone and often contain a login: `headers`, `ssh`, `auth_url`, `…_command`.
_TELLING_NAME = re.compile(
    r"2fa|(?<!env_)auth|cert|command|cookie|cred|external_id|header|key(?!_id)|pass|pem|secret|sign|ssh|token"
)
_LOGIN_IN_URL = re.compile(
    # A password may contain a slash or a space that nobody encoded: anything in front of an @ counts.
    r"://.*@|^[^/\s@:]+:.*@|[?&][^=&]*(?:auth|cred|key|pass|pwd|secret|sig|token)[^=&]*=",
    re.DOTALL | re.IGNORECASE,
)
# An option in a connection string, `:s3,secret_access_key=…:bucket`, which contains the credentials of its remote.
# Wider than rclone's parser (fs/fspath/path.go), because the value may come from another tool.
_OPTION_WITHIN = re.compile(r",\s*[^\s,:=]+\s*=")
# Options that rclone calls sensitive though they only identify somebody.
_IDENTIFYING = frozenset(
    {"access_key_id", "account", "client_id", "host", "namenode", "project_number", "user", "username"}
)


def entry_kind(list_name: str, entry: Mapping[str, Any]) -> Kind:
    """The kind of an entry of `buckets`, `registries` or `secrets`. Raises `InvalidArguments`."""
    if list_name != "buckets":
        return next(kind for kind in DECLARABLE_KINDS if kind.setting == list_name)
    match entry.get("type"):
        case str(bucket_type):
            return bucket_kind(bucket_type)
        case None:
            raise InvalidArguments([Problem("type", "is required", code="required")])
        case _:
            raise InvalidArguments([Problem("type", "must be a string", code="type")])


def fields(model: type[Declaration]) -> dict[str, str]:
    """The fields of a model by the names of their settings."""
    return {setting(field): field for field in model.model_fields}


@cache
def setting(field: str) -> str:
    """The name of a field's setting. Everything that is not a field stays unchanged."""
    return _NAMES.get(field) or re.sub(r"_([a-z])", lambda match: match[1].upper(), field)


def plaintext(list_name: str, entry: Any) -> list[str]:
    """The settings of an entry in a file that contain a credential in plain text."""
    return sorted(_joined(path) for path in credentials(list_name, entry))


def credentials(list_name: str, entry: Any, *, cautious: bool = False) -> Iterator[tuple[str, ...]]:
    """The path of each setting of an entry that contains a credential, or a whole remote, in plain text.

    `cautious` adds options that rclone does not call sensitive, if their name or value looks like a credential.
    """
    if not isinstance(entry, Mapping):
        return
    try:
        kind = entry_kind(list_name, entry)
    except InvalidArguments:
        return
    for field in kind.credentials:
        if _is_readable(entry.get(setting(field))):
            yield (setting(field),)
    for mapping in CREDENTIAL_MAPPINGS & kind.model.model_fields.keys():
        values = entry.get(mapping)
        sensitive = _sensitive_options(entry["type"]) if mapping == "parameters" else None
        for name, value in values.items() if isinstance(values, Mapping) else ():
            if (
                isinstance(name, str)
                and _is_readable(value)
                and (
                    sensitive is None
                    or name in sensitive
                    or _OPTION_WITHIN.search(str(value))
                    or (cautious and _looks_like_credential(name, str(value)))
                )
            ):
                yield mapping, name


def _is_readable(value: Any) -> bool:
    """Whether a value is in the file itself. A password may be a number there, if somebody forgot its quotes."""
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _joined(path: tuple[str, ...]) -> str:
    first, *names = path
    return first + "".join(f".{name}" if name.isidentifier() else f'["{name}"]' for name in names)


def _looks_like_credential(name: str, value: str) -> bool:
    return value not in {"true", "false"} and bool(_TELLING_NAME.search(name) or _LOGIN_IN_URL.search(value))


def _sensitive_options(bucket_type: str) -> set[str]:
    """The options of a backend that give access to something."""
    options = backend(bucket_type).options.values()
    return {option.name for option in options if option.password or option.sensitive} - _IDENTIFYING
