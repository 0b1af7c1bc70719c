"""Azure Blob Storage: one of four ways to log in → rclone options."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.model.declaration import is_one
from seldon_secrets_pulumi.model.field_types import Endpoint, OneWord
from seldon_secrets_pulumi.problem import Problem

_SERVICE_PRINCIPAL = ("tenant", "client_id", "client_secret")


def _account(name: str) -> str:
    # Microsoft, "Storage account overview", Storage account name.
    if not re.fullmatch(r"[a-z0-9]{3,24}", name):
        raise ValueError("must be the name of a storage account: 3 to 24 lowercase letters and digits")
    return name


def _key(key: str) -> str:
    try:
        valid = bool(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        valid = False
    if not valid:
        raise ValueError(
            "must be the access key of a storage account in base64; this one is damaged or cut short"
        )
    return key


def _sas_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or "sig" not in parse_qs(parts.query):
        raise ValueError(
            "must be a URL with a shared access signature, https://…?…&sig=…, not just the token"
        )
    return url


class AzureBlobBucket(RcloneBucket):
    """The arguments of `AzureBlobBucketSecret`."""

    rclone_type: ClassVar[str] = "azureblob"
    options: ClassVar[Mapping[str, str]] = {
        name: name for name in ("account", "key", "sas_url", *_SERVICE_PRINCIPAL, "env_auth", "endpoint")
    }

    account: Annotated[str, AfterValidator(_account)]
    key: Annotated[OneWord, AfterValidator(_key)] | None = None
    sas_url: Annotated[OneWord, AfterValidator(_sas_url)] | None = None
    tenant: OneWord | None = None
    client_id: OneWord | None = None
    client_secret: OneWord | None = None
    env_auth: bool = False
    endpoint: Endpoint | None = None

    def conflicts(self) -> Iterator[Problem]:
        yield from super().conflicts()
        principal = {name: self.is_set(name) for name in _SERVICE_PRINCIPAL}
        given = tuple(name for name, is_set in principal.items() if is_set)
        has_principal = True if given else None if None in principal.values() else False
        if not is_one([has_principal, *map(self.is_set, ("key", "sas_url", "env_auth"))]):
            # With several, rclone uses the first in an order of its own; with none, it connects anonymously
            # (rclone `backend/azureblob/azureblob.go`, NewFs).
            names = ("key", "sas_url", *_SERVICE_PRINCIPAL, "env_auth")
            rule = "exactly one of {}, {}, {} with {} and {}, and {}: true is required"
            yield Problem("", rule, names, "conflict")
        for name, is_set in principal.items() if given else ():
            if is_set is False:
                rule = f"is required with {' and '.join('{}' for _ in given)}"
                yield Problem(name, rule, given, "required")
