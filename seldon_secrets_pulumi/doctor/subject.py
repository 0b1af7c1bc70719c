"""A Secret under examination, and the facts about it that several checks need."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from seldon_secrets_pulumi.inventory.secret import LiveSecret, remote_in_name
from seldon_secrets_pulumi.inventory.visibility import labelled_format, platform_format
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, FORMATS, Format
from seldon_secrets_pulumi.model.rclone_variables import VARIABLE_START, RcloneVariables, read_variables
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.model.targets import Target
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.rclone.catalog import Backend, backend
from seldon_secrets_pulumi.rclone.parameters import broken_rules
from seldon_secrets_pulumi.rclone.wrapping import NOT_IN_SECRET


@dataclass(frozen=True, slots=True)
class Digests:
    """The part of an examined Secret that is kept: enough to compare it with another one."""

    secret: str
    format: str | None
    parameters: Mapping[str, bytes]


@dataclass(frozen=True)
class Subject:
    """One remote of a live Secret, and the Secret of that remote in the other format if it was examined before."""

    secret: LiveSecret
    format_label: FormatLabel
    twin: Digests | None = None
    described: Remote | None = None
    """The remote as far as it can be read. Its parameters need not be strings."""
    targets: tuple[Target, ...] = ()
    """What reads the Secret. Without targets, the newest release of Seldon counts."""

    @property
    def remote(self) -> Remote | None:
        """The remote, if it can be read and all of its parameters are strings."""
        return self.described if self.described in self.secret.content.remotes else None

    @cached_property
    def variables(self) -> RcloneVariables:
        """The environment variables of a bucket secret that rclone reads. Without values if one of them is not text."""
        data = self.secret.data if self.secret.kind == "bucket" else {}
        return read_variables({key: self.secret.text.get(key, "") for key in data})

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters of the remote; empty if it can't be read."""
        return self.remote.parameters if self.remote else {}

    @property
    def actual_format(self) -> Format | None:
        """The format of a bucket secret's data."""
        name = self.secret.content.format if self.secret.kind == "bucket" else None
        return FORMATS[name] if name else None

    @cached_property
    def labelled_format(self) -> str | None:
        """The format that the label of a bucket secret names."""
        return labelled_format(self.secret, self.format_label) if self.secret.kind == "bucket" else None

    @cached_property
    def platform_format(self) -> str | None:
        """The format that the platform assumes."""
        return platform_format(self.secret, self.format_label)

    @cached_property
    def is_for_core2(self) -> bool:
        """Whether the author of a bucket secret meant the format config_param, even if the data is broken."""
        return self.intended_format == CONFIG_PARAM.name

    @cached_property
    def intended_format(self) -> str | None:
        """The format that the author of a bucket secret meant, even if the data is broken."""
        secret = self.secret
        if self.actual_format:
            return self.actual_format.name
        if secret.kind != "bucket" or DOCKER_CONFIG_KEY in secret.data:
            return None
        value = next(iter(secret.text.values()), "") if len(secret.text) == 1 else ""
        has_suffix = secret.name.endswith(f"-{CONFIG_PARAM.suffix}")
        if has_suffix or self.labelled_format == CONFIG_PARAM.name or value.lstrip().startswith("{"):
            return CONFIG_PARAM.name
        return self.labelled_format

    @cached_property
    def problems(self) -> Sequence[Problem]:
        """The rules of rclone that the options break. The argument of each problem is the option's name."""
        if not (self.remote and self.backend):
            return ()
        problems = broken_rules(self.backend.name, self.remote.parameters, obscured=True)
        return [problem for problem in problems if not self._wraps_sibling(problem)]

    def _wraps_sibling(self, problem: Problem) -> bool:
        """Whether the wrapped remotes that the problem is about are configured by the same Secret."""
        if problem.code != "wrapped_remote" or not problem.rule.startswith(NOT_IN_SECRET):
            return False
        siblings = {remote.name for remote in self.secret.content.all_described} - {
            self.described and self.described.name
        }
        targets = [item.split("=", 1)[-1] for item in self.parameters.get(problem.argument, "").split()]
        return all(
            target.startswith(":") or target.partition(":")[0].lower() in siblings for target in targets
        )

    @cached_property
    def backend(self) -> Backend | None:
        """The rclone backend of the remote."""
        return _backend(self.remote.type) if self.remote else None

    @cached_property
    def misspelled_prefix(self) -> str | None:
        """The prefix of keys that spell the dashes of the remote in the Secret's name as underscores."""
        remote = remote_in_name(self.secret.name) or ""
        prefix = f"{VARIABLE_START}{remote.replace('-', '_')}_".upper()
        return prefix if "-" in remote and any(key.startswith(prefix) for key in self.secret.data) else None

    def encoded_twice(self) -> Iterator[str]:
        """The keys whose values are base64 of base64."""
        for key, text in self.secret.text.items():
            with suppress(ValueError):
                inner = base64.b64decode(text.strip(), validate=True).decode()
                if inner.lstrip().startswith("{") or (key.endswith("_TYPE") and _backend(inner.strip())):
                    yield key

    def digests(self) -> Digests:
        """The part of the Secret to keep."""
        parameters = dict(self.parameters)
        if self.remote:
            parameters["type"] = self.backend.name if self.backend else self.remote.type
        # Answers for rclone's config/create (config_…) exist in one format only.
        kept = {name: _digest(value) for name, value in parameters.items() if not name.startswith("config_")}
        format_name = self.actual_format.name if self.actual_format else None
        return Digests(self.secret.name, format_name, kept)


def _backend(type_name: str) -> Backend | None:
    try:
        return backend(type_name)
    except InvalidArguments:
        return None


def _digest(value: str) -> bytes:
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).digest()
