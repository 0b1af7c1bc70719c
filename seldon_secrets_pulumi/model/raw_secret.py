"""A raw Secret: names, values and spellings that no typed declaration can write."""

import json
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.bucket import bucket_labels
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, FORMATS
from seldon_secrets_pulumi.model.initializer import is_variable
from seldon_secrets_pulumi.model.kubernetes_names import DNS_SUBDOMAIN
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY, registry_labels
from seldon_secrets_pulumi.model.secret_data import size_problems
from seldon_secrets_pulumi.model.seldon_labels import KINDS, KUBERNETES_TYPES, FormatLabel
from seldon_secrets_pulumi.problem import Problem, did_you_mean

# Kubernetes, IsConfigMapKey (apimachinery `pkg/util/validation`), which holds for Secrets too.
_KEY = re.compile(r"(?!\.\.?\Z)(?!\.\.)[A-Za-z0-9_.-]{1,253}")


def _name(name: str) -> str:
    if not DNS_SUBDOMAIN.fullmatch(name):
        raise ValueError("must be the name of a Secret: at most 253 lowercase letters, digits, '-' and '.'")
    return name


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"is not a kind of Secret; {did_you_mean(kind, KINDS)}")
    return kind


def _format(name: str) -> str:
    if name not in FORMATS:
        raise ValueError(f"{name!r} is not a format; {did_you_mean(name, FORMATS)}")
    return name


def _data(data: dict[str, str]) -> dict[str, str]:
    if not data:
        raise ValueError("must contain at least one key")
    for key in data:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} must be the key of a Secret: letters, digits, '-', '_' and '.'")
    return data


class RawSecret(Declaration):
    """A Secret with unchanged data. Only the requirements of Kubernetes and Seldon are checked."""

    secret_name: Annotated[str, AfterValidator(_name)]
    kind: Annotated[str, AfterValidator(_kind)]
    format: Annotated[str, AfterValidator(_format)] | None = None
    data: Annotated[dict[str, str], AfterValidator(_data)]

    @property
    def type(self) -> str:
        """Kubernetes' type of the Secret."""
        return KUBERNETES_TYPES[self.kind]

    def all_labels(self, format_label: FormatLabel) -> dict[str, str]:
        """The labels of the Secret, including the caller's own."""
        if self.format is None:
            return registry_labels(self.labels)
        return bucket_labels(FORMATS[self.format], format_label, self.labels)

    def conflicts(self) -> Iterator[Problem]:
        if not self.is_settled("kind"):
            return
        is_set = self.is_set("format")
        if self.kind == "registry" and is_set:
            yield Problem("format", "is only for a bucket", code="conflict")
        if self.kind == "bucket" and is_set is False:
            rule = f"is required for a bucket; {did_you_mean('', FORMATS)}"
            yield Problem("format", rule, code="required")
        if self.is_settled("data"):
            yield from self._registry_problems() if self.kind == "registry" else self._bucket_problems()

    def content_problems(self) -> Iterator[Problem]:
        if self.is_settled("data"):
            yield from size_problems(self.data, self.secret_name)

    def _bucket_problems(self) -> Iterator[Problem]:
        if self.format == ENV_VAR.name:
            # Kubernetes skips other keys of an `envFrom`, so that they do no harm beside good ones.
            if not any(map(is_variable, self.data)):
                yield Problem("data", "must contain a key that is the name of an environment variable")
        elif self.format == CONFIG_PARAM.name and len(self.data) != 1:
            # seldon-core `scheduler/pkg/agent/k8s/secrets.go`
            yield Problem("data", f"must contain exactly one key for Core 2, not {len(self.data)}")

    def _registry_problems(self) -> Iterator[Problem]:
        if DOCKER_CONFIG_KEY not in self.data:
            # core/v1 ValidateSecret
            yield Problem("data", f"must contain the key {DOCKER_CONFIG_KEY}")
            return
        try:
            valid = isinstance(json.loads(self.data[DOCKER_CONFIG_KEY]), dict)
        except ValueError:
            valid = False
        if not valid:
            yield Problem(f"data.{DOCKER_CONFIG_KEY}", "must be a JSON object")
