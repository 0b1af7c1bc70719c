"""Azure Blob Storage: one of its four ways to log in → rclone parameters."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.model.field_types import Endpoint, OneWord
from seldon_secrets_pulumi.problem import Problem

_SERVICE_PRINCIPAL = ("tenant", "client_id", "client_secret")


def _account(name: str) -> str:
    # Microsoft, "Storage account overview", Storage account name.
    if not re.fullmatch(r"[a-z0-9]{3,24}", name):
        raise ValueError("must be a storage account's name: 3 to 24 lower-case letters and digits")
    return name


def _key(key: str) -> str:
    try:
        valid = bool(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        valid = False
    if not valid:
        raise ValueError(
            "must be a storage account's access key, which is base64; this is damaged or cut short"
        )
    return key


def _sas_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or "sig" not in parse_qs(parts.query):
        raise ValueError(
            "must be a URL with a shared access signature, https://…?…&sig=…, not its token alone"
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
        principal = [name for name in _SERVICE_PRINCIPAL if getattr(self, name) is not None]
        ways = [self.key is not None, self.sas_url is not None, bool(principal), self.env_auth]
        if sum(ways) != 1:
            # rclone takes the first that it finds, in an order of its own, and with none it reads as a stranger
            # (rclone `backend/azureblob/azureblob.go`, NewFs).
            yield Problem(
                "",
                "exactly one of key, sas_url, tenant with client_id and client_secret, and env_auth: true is needed",
            )
        elif principal:
            for name in _SERVICE_PRINCIPAL:
                if name not in principal:
                    yield Problem(name, f"is required with {' and '.join(principal)}")
