"""A remote: the name before `://` in a model's URI, and the rclone configuration behind it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator

# Seldon Enterprise Platform 2.4.0 (seldon-deploy-sdk 2.4.0, `swagger-v1alpha1.yml`): at most 30 lowercase letters,
# digits and dashes, with a letter or digit at both ends. Registry secrets follow the same rule.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote as rclone reads it: `type` is rclone's backend type, `parameters` its options, all strings."""

    name: str
    type: str
    parameters: Mapping[str, str] = field(repr=False)


def _seldon_name(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    rule = "must be 1 to 30 lowercase letters, digits and dashes, starting and ending with a letter or digit"
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30].strip("-")
    raise ValueError(f"{rule}; for example {slug!r}" if slug else rule)


SeldonName = Annotated[str, AfterValidator(_seldon_name)]
"""The name of a remote or of a registry secret."""


def uri_prefix(remote: str) -> str:
    """The start of the URIs in a remote, such as `models://`."""
    return f"{remote}://"
