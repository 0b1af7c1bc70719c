"""A Secret key by key, for what no typed declaration writes to the letter: free names, YAML values, old spellings."""

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
from seldon_secrets_pulumi.model.registry import DATA_KEY, registry_labels
from seldon_secrets_pulumi.model.secret_data import check_size
from seldon_secrets_pulumi.model.seldon_labels import KINDS, KUBERNETES_TYPES, FormatLabel
from seldon_secrets_pulumi.problem import Problem, did_you_mean

# Kubernetes, IsConfigMapKey (apimachinery `pkg/util/validation`), which holds for Secrets too.
_KEY = re.compile(r"(?!\.\.?\Z)(?!\.\.)[A-Za-z0-9_.-]{1,253}")


def _name(name: str) -> str:
    if not DNS_SUBDOMAIN.fullmatch(name):
        raise ValueError("must be a Secret's name: at most 253 lower-case letters, digits, '-' and '.'")
    return name


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"is no kind of Secret; {did_you_mean(kind, KINDS)}")
    return kind


def _format(name: str) -> str:
    if name not in FORMATS:
        raise ValueError(f"{name!r} is not a format; {did_you_mean(name, FORMATS)}")
    return name


def _data(data: dict[str, str]) -> dict[str, str]:
    if not data:
        raise ValueError("must hold at least one key")
    for key in data:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} must be a Secret's key: letters, digits, '-', '_' and '.'")
    return data


class VerbatimSecret(Declaration):
    """A Secret whose data is written as it is given; only what Kubernetes and Seldon demand of it is checked."""

    secret_name: Annotated[str, AfterValidator(_name)]
    kind: Annotated[str, AfterValidator(_kind)]
    format: Annotated[str, AfterValidator(_format)] | None = None
    data: Annotated[dict[str, str], AfterValidator(_data)]

    @property
    def type(self) -> str:
        """What Kubernetes calls the Secret's type."""
        return KUBERNETES_TYPES[self.kind]

    def all_labels(self, format_label: FormatLabel) -> dict[str, str]:
        """The labels of the Secret, the caller's own among them."""
        if self.format is None:
            return registry_labels(self.labels)
        return bucket_labels(FORMATS[self.format], format_label, self.labels)

    def conflicts(self) -> Iterator[Problem]:
        if self.kind == "registry":
            yield from self._registry_problems()
        elif self.format is None:
            yield Problem("format", f"is required for a bucket; {did_you_mean('', FORMATS)}")
        elif self.format == ENV_VAR.name:
            for key in self.data:
                if not is_variable(key):
                    # Kubernetes leaves such a key of an `envFrom` out, with an event that nobody reads.
                    yield Problem(f"data.{key}", "must be the name of an environment variable")
        elif self.format == CONFIG_PARAM.name and len(self.data) != 1:
            # seldon-core `scheduler/pkg/agent/k8s/secrets.go`
            yield Problem("data", f"must hold exactly one key for Core 2, and holds {len(self.data)}")
        check_size(self.data, self.secret_name)

    def _registry_problems(self) -> Iterator[Problem]:
        if self.format is not None:
            yield Problem("format", "is only for a bucket")
        if DATA_KEY not in self.data:
            # core/v1 ValidateSecret
            yield Problem("data", f"must hold the key {DATA_KEY}")
            return
        try:
            valid = isinstance(json.loads(self.data[DATA_KEY]), dict)
        except ValueError:
            valid = False
        if not valid:
            yield Problem(f"data.{DATA_KEY}", "must be a JSON object")
