"""A Secret with its values, as checks see it; what a check finds names keys, labels and rules but never a value."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from hashlib import blake2b
from typing import Any

from seldon_secrets_pulumi.inventory.found import Found, decoded, named_after, read
from seldon_secrets_pulumi.inventory.manifests import Manifest, Place
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.registry import DATA_KEY
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import Backend, backend
from seldon_secrets_pulumi.rclone.parameters import check


class Severity(str, Enum):
    """An error breaks a consumer of the Secret; a warning may, or makes it hard to use."""

    error = "error"
    warning = "warning"


@dataclass(frozen=True)
class Rule:
    """What can be wrong. `cause` and `cure` are sentences; docs/doctor.md has a section for each `id`."""

    id: str
    severity: Severity
    cause: str
    cure: str

    @property
    def docs(self) -> str:
        return f"docs/doctor.md#{self.id}"


@dataclass(frozen=True, slots=True)
class Digests:
    """What is left of a Secret once it is examined: enough to tell whether another one says the same."""

    secret: str
    content: str | None
    parameters: Mapping[str, bytes]


@dataclass(frozen=True)
class Examined:
    """A Secret with its values, which only checks see."""

    found: Found
    secret: Mapping[str, Any]
    format_label: FormatLabel
    twin: Digests | None = None
    """The Secret of the same remote in the other format, if it has been examined before."""

    def __repr__(self) -> str:
        return f"Examined({self.found.namespace}/{self.found.secret})"

    @property
    def data(self) -> Mapping[str, str]:
        return self.secret.get("data") or {}

    @property
    def place(self) -> Place | None:
        """Where it is written, if it comes from a file."""
        return self.secret.place if isinstance(self.secret, Manifest) else None

    @property
    def labels(self) -> Mapping[str, str]:
        return self.secret["metadata"].get("labels") or {}

    @cached_property
    def text(self) -> Mapping[str, str]:
        return decoded(self.data)

    @cached_property
    def meant(self) -> str | None:
        """The format that whoever made a bucket secret had in mind, which its content may not have."""
        if self.found.kind != "bucket" or self.found.content or DATA_KEY in self.data:
            return self.found.content
        value = next(iter(self.text.values()), "") if len(self.text) == 1 else ""
        named = self.found.secret.endswith(f"-{CONFIG_PARAM.suffix}")
        if named or self.found.format == CONFIG_PARAM.name or value.lstrip().startswith("{"):
            return CONFIG_PARAM.name
        labelled = self.found.format == ENV_VAR.name and not self.found.assumed
        return ENV_VAR.name if labelled else None

    @cached_property
    def described(self) -> Remote | None:
        """What can be read of the remote, be it text or not."""
        return read(self.data)[1]

    @cached_property
    def remote(self) -> Remote | None:
        """What rclone is told, where it can be read and all of it is text."""
        remote = self.described
        plain = remote and all(isinstance(value, str) for value in remote.parameters.values())
        return remote if plain else None

    @cached_property
    def broken_rules(self) -> Sequence[tuple[str, str]]:
        """Parameters, and the rules of rclone that they break."""
        if not (self.remote and self.backend):
            return ()
        try:
            check(self.remote.type, self.remote.parameters, obscured=True)
        except InvalidArguments as invalid:
            return [(it.argument.removeprefix("parameters."), it.rule) for it in invalid.problems]
        return ()

    @cached_property
    def backend(self) -> Backend | None:
        try:
            return backend(self.remote.type) if self.remote else None
        except InvalidArguments:
            return None

    @cached_property
    def misnamed_remote(self) -> str | None:
        """The start of keys that spell the dashes of the remote in the Secret's name as underscores."""
        named = named_after(self.found.secret) or ""
        start = f"RCLONE_CONFIG_{named.replace('-', '_')}_".upper()
        return start if "-" in named and any(key.startswith(start) for key in self.data) else None

    def decoded_twice(self) -> Iterator[str]:
        """Values that are base64 within base64."""
        for key, text in self.text.items():
            with suppress(ValueError):
                inner = base64.b64decode(text.strip(), validate=True).decode()
                if inner.lstrip().startswith("{") or (key.endswith("_TYPE") and _is_type(inner.strip())):
                    yield key

    def digests(self) -> Digests:
        told = dict(self.remote.parameters) if self.remote else {}
        if self.remote:
            told["type"] = self.backend.name if self.backend else self.remote.type
        # What rclone's config/create asks (config_…) is answered in one format only.
        kept = {name: _digest(value) for name, value in told.items() if not name.startswith("config_")}
        return Digests(self.found.secret, self.found.content, kept)


@dataclass(frozen=True)
class Check(Rule):
    """What can be wrong with a Secret, and how that is seen."""

    find: Callable[[Examined], Iterator[str]]
    of_namespace: bool = False
    """It says something about the Secret's namespace, and the same for all that are there."""


def error(id_: str, cause: str, cure: str) -> Callable[[Callable[[Examined], Iterator[str]]], Check]:
    """Makes a check of a function that yields what it found."""
    return lambda find: Check(id_, Severity.error, cause, cure, find)


def warning(
    id_: str, cause: str, cure: str, *, of_namespace: bool = False
) -> Callable[[Callable[[Examined], Iterator[str]]], Check]:
    """The same for what may do no harm."""
    return lambda find: Check(id_, Severity.warning, cause, cure, find, of_namespace)


def _digest(value: str) -> bytes:
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _is_type(text: str) -> bool:
    try:
        backend(text)
    except InvalidArguments:
        return False
    return True
