"""A Secret under examination: what several checks derive from it, each once."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from seldon_secrets_pulumi.inventory.content import ENV_VAR_START
from seldon_secrets_pulumi.inventory.secret import LiveSecret, remote_in_name
from seldon_secrets_pulumi.inventory.visibility import labelled_format, platform_format
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import Backend, backend
from seldon_secrets_pulumi.rclone.parameters import check


@dataclass(frozen=True, slots=True)
class Digests:
    """What is kept of an examined Secret: enough to tell whether another one holds the same."""

    secret: str
    format: str | None
    parameters: Mapping[str, bytes]


@dataclass(frozen=True)
class Subject:
    """A live Secret, and the Secret of the same remote in the other format if that was examined before."""

    secret: LiveSecret
    format_label: FormatLabel
    twin: Digests | None = None

    @property
    def remote(self) -> Remote | None:
        """The remote, if it can be read and all of its parameters are strings."""
        return self.secret.content.remote

    @property
    def actual_format(self) -> str | None:
        """The format of a bucket secret's data."""
        return self.secret.content.format if self.secret.kind == "bucket" else None

    @cached_property
    def labelled_format(self) -> str | None:
        """The format that the label of a bucket secret names."""
        return labelled_format(self.secret, self.format_label) if self.secret.kind == "bucket" else None

    @cached_property
    def platform_format(self) -> str | None:
        """The format that the platform assumes."""
        return platform_format(self.secret, self.format_label)

    @cached_property
    def intended_format(self) -> str | None:
        """The format that the author of a bucket secret had in mind. Its data may not be in it."""
        secret = self.secret
        if secret.kind != "bucket" or self.actual_format or DOCKER_CONFIG_KEY in secret.data:
            return self.actual_format
        value = next(iter(secret.text.values()), "") if len(secret.text) == 1 else ""
        named = secret.name.endswith(f"-{CONFIG_PARAM.suffix}")
        if named or self.labelled_format == CONFIG_PARAM.name or value.lstrip().startswith("{"):
            return CONFIG_PARAM.name
        return self.labelled_format

    @cached_property
    def broken_rules(self) -> Sequence[tuple[str, str]]:
        """Parameters, and the rules of rclone that they break."""
        if not (self.remote and self.backend):
            return ()
        try:
            check(self.remote.type, self.remote.parameters, obscured=True)
        except InvalidArguments as invalid:
            return [
                (problem.argument.removeprefix("parameters."), problem.rule) for problem in invalid.problems
            ]
        return ()

    @cached_property
    def backend(self) -> Backend | None:
        """The rclone backend of the remote."""
        return _backend(self.remote.type) if self.remote else None

    @cached_property
    def misspelled_prefix(self) -> str | None:
        """The start of keys that spell the dashes of the remote in the Secret's name as underscores."""
        named = remote_in_name(self.secret.name) or ""
        start = f"{ENV_VAR_START}{named.replace('-', '_')}_".upper()
        return start if "-" in named and any(key.startswith(start) for key in self.secret.data) else None

    def encoded_twice(self) -> Iterator[str]:
        """The keys whose values are base64 of base64."""
        for key, text in self.secret.text.items():
            with suppress(ValueError):
                inner = base64.b64decode(text.strip(), validate=True).decode()
                if inner.lstrip().startswith("{") or (key.endswith("_TYPE") and _backend(inner.strip())):
                    yield key

    def digests(self) -> Digests:
        """What to keep of the Secret."""
        parameters = dict(self.remote.parameters) if self.remote else {}
        if self.remote:
            parameters["type"] = self.backend.name if self.backend else self.remote.type
        # Answers for rclone's config/create (config_…) stand in one format only.
        kept = {name: _digest(value) for name, value in parameters.items() if not name.startswith("config_")}
        return Digests(self.secret.name, self.actual_format, kept)


def _backend(type_: str) -> Backend | None:
    try:
        return backend(type_)
    except InvalidArguments:
        return None


def _digest(value: str) -> bytes:
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).digest()
