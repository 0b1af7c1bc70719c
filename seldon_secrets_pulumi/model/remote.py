"""A remote: the name that stands before `://` in a model's URI, and the rclone configuration behind it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator

# Seldon Enterprise Platform 2.4.0 (seldon-deploy-sdk 2.4.0, `swagger-v1alpha1.yml`): lower-case letters, digits
# and dashes, a letter or digit at both ends, at most 30 characters. Registry secrets follow the same rule.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote as rclone knows it: `type` is rclone's backend type, `parameters` its options, all strings."""

    name: str
    type: str
    parameters: Mapping[str, str] = field(repr=False)


def _seldon_name(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    rule = "must be 1 to 30 lower-case letters, digits and dashes, starting and ending with a letter or digit"
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30].strip("-")
    raise ValueError(f"{rule}; {slug!r} would do" if slug else rule)


SeldonName = Annotated[str, AfterValidator(_seldon_name)]
"""The name of a remote or of a registry secret."""


def uri_prefix(remote: str) -> str:
    """What a model's URI starts with, such as `models://`."""
    return f"{remote}://"
