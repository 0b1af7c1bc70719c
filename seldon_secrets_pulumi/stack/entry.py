"""The settings of an entry: what they are called in the configuration, and which model they are for."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket
from seldon_secrets_pulumi.model.azure_blob import AzureBlobBucket
from seldon_secrets_pulumi.model.bucket import Bucket
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.gcs import GcsBucket
from seldon_secrets_pulumi.model.initializer import InitializerBucket
from seldon_secrets_pulumi.model.raw_secret import VerbatimSecret
from seldon_secrets_pulumi.model.registry import Registry
from seldon_secrets_pulumi.model.s3 import S3Bucket
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.rclone.catalog import backend

# By rclone's canonical name; every other type takes its options as `parameters`.
TYPED: Mapping[str, type[Bucket]] = {
    "azureblob": AzureBlobBucket,
    "google cloud storage": GcsBucket,
    "s3": S3Bucket,
}
# No type of rclone: what a storage initializer of the user's own reads.
INITIALIZER = "initializer"
# The settings whose values may each be a credential.
MAPPINGS = frozenset({"data", "env", "parameters"})

# The fields whose setting has a name of its own.
_NAMES = {"namespace": "namespaces", "secret_name": "name"}
# The fields that hold one credential, and the options that rclone calls sensitive though they only identify.
_CREDENTIALS = frozenset(
    {
        "client_secret",
        "credentials",
        "docker_config_json",
        "key",
        "password",
        "sas_url",
        "secret_access_key",
        "session_token",
    }
)
# Options that are free text to rclone and often hold a login: `headers`, `ssh`, `auth_url`, `…_command`.
_TELLING_NAME = re.compile(
    r"2fa|(?<!env_)auth|cert|command|cookie|cred|external_id|header|key(?!_id)|pass|pem|secret|sign|ssh|token"
)
_LOGIN_IN_URL = re.compile(
    r"://[^/\s]*@|^[^/\s@]+:[^/\s@]*@|[?&][^=&]*(?:auth|cred|key|pass|pwd|secret|sig|token)[^=&]*=",
    re.IGNORECASE,
)
# An option within a connection string, `:s3,secret_access_key=…:bucket`: a remote that is spelt out holds its
# credentials. Wider than rclone's parser (fs/fspath/path.go), which whatever wrote the value need not have asked.
_OPTION_WITHIN = re.compile(r",\s*[^\s,:=]+\s*=")
_IDENTIFYING = frozenset({"access_key_id", "account", "client_id", "project_number", "user", "username"})


def entry_model(kind: str, entry: Mapping[str, Any]) -> type[Declaration]:
    """The model of an entry of `buckets`, `registries` or `secrets`. Raises `InvalidArguments`."""
    if kind == "buckets":
        return bucket_model(entry)
    return Registry if kind == "registries" else VerbatimSecret


def bucket_model(entry: Mapping[str, Any]) -> type[Bucket]:
    """The model that the entry's `type` picks. Raises `InvalidArguments`."""
    type_ = entry.get("type")
    if not isinstance(type_, str):
        raise InvalidArguments([Problem("type", "is required" if type_ is None else "must be a string")])
    if type_ == INITIALIZER:
        return InitializerBucket
    return TYPED.get(backend(type_).name, AnyBackendBucket)


def fields(model: type[Declaration]) -> dict[str, str]:
    """The model's fields by the names of their settings."""
    return {setting(field): field for field in model.model_fields}


@cache
def setting(field: str) -> str:
    """What a field is called in the configuration."""
    return _NAMES.get(field) or re.sub(r"_([a-z])", lambda match: match[1].upper(), field)


def in_settings(problem: Problem, model: type[Declaration]) -> Problem:
    """The problem in the words of the configuration; the names of rclone's options stay as they are."""
    field, rest = re.fullmatch(r"(\w*)(.*)", problem.argument, re.DOTALL).groups()  # type: ignore[union-attr]
    renamed = [name for name in model.model_fields if setting(name) != name and name != "namespace"]
    rule = re.sub(rf"\b(?:{'|'.join(renamed)})\b", lambda match: setting(match[0]), problem.rule)
    return Problem(setting(field) + rest, rule)


def plaintext(kind: str, entry: Any) -> list[str]:
    """The settings of an entry, as it stands in a file, that hold a credential for everybody to read."""
    return sorted(_joined(path) for path in credentials(kind, entry))


def credentials(kind: str, entry: Any, *, cautious: bool = False) -> Iterator[tuple[str, ...]]:
    """The path of each setting of an entry that holds a credential as text, or a remote that is spelt out.

    `cautious` adds what rclone does not call sensitive and may be all the same, by its name or by what it holds.
    """
    if not isinstance(entry, Mapping):
        return
    try:
        model = entry_model(kind, entry)
    except InvalidArguments:
        return
    for name, field in fields(model).items():
        if field in _CREDENTIALS and _text(entry.get(name)):
            yield (name,)
    for mapping in MAPPINGS & fields(model).keys():
        values = entry.get(mapping)
        telling = _opening(entry["type"]) if mapping == "parameters" else None
        for name, value in values.items() if isinstance(values, Mapping) else ():
            if _text(value) and (
                telling is None
                or name in telling
                or _OPTION_WITHIN.search(value)
                or (cautious and _telling(name, value))
            ):
                yield mapping, name


def _joined(path: tuple[str, ...]) -> str:
    first, *names = path
    return first + "".join(f".{name}" if name.isidentifier() else f'["{name}"]' for name in names)


def _telling(name: str, value: str) -> bool:
    return value not in {"true", "false"} and bool(_TELLING_NAME.search(name) or _LOGIN_IN_URL.search(value))


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _opening(type_: str) -> set[str]:
    """The options of a backend that open something to whoever knows them."""
    options = backend(type_).options.values()
    return {it.name for it in options if it.password or it.sensitive} - _IDENTIFYING
