"""Azure Blob Storage: one way to log in → rclone options."""

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
# The options of rclone that log in without an argument of their own.
_OTHER_LOGINS = (
    "client_certificate_path",
    "msi_client_id",
    "service_principal_file",
    "use_az",
    "use_msi",
    "username",
)


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
        name: name
        for name in (
            "account",
            "key",
            "sas_url",
            "connection_string",
            *_SERVICE_PRINCIPAL,
            "env_auth",
            "endpoint",
        )
    }

    account: Annotated[str, AfterValidator(_account)] | None = None
    key: Annotated[OneWord, AfterValidator(_key)] | None = None
    sas_url: Annotated[OneWord, AfterValidator(_sas_url)] | None = None
    connection_string: OneWord | None = None
    tenant: OneWord | None = None
    client_id: OneWord | None = None
    client_secret: OneWord | None = None
    env_auth: bool = False
    anonymous: bool = False
    """Not an option of rclone, which connects anonymously if it has nothing but an account."""
    endpoint: Endpoint | None = None

    def conflicts(self) -> Iterator[Problem]:
        yield from super().conflicts()
        yield from self._login_conflicts()
        yield from self._account_conflicts()

    def _login_conflicts(self) -> Iterator[Problem]:
        emulator, other = self.has_parameter("use_emulator"), self.has_parameter(*_OTHER_LOGINS)
        # Another login may belong to the same client of the same tenant: a certificate, or a user.
        names = ("client_secret",) if other else _SERVICE_PRINCIPAL
        principal = {name: self.is_set(name) for name in names}
        given = tuple(name for name in _SERVICE_PRINCIPAL if principal.get(name))
        has_principal = True if given else None if None in principal.values() else False
        # The emulator has an account and a key of its own, and takes others.
        key = False if emulator else self.is_set("key")
        typed = map(self.is_set, ("sas_url", "connection_string", "env_auth", "anonymous"))
        if not is_one([has_principal, key, *typed, emulator, other]):
            # With several, rclone uses the first in an order of its own; with none, it connects anonymously
            # (backend/azureblob/auth/auth.go, NewClient).
            rule = (
                "exactly one of {}, {}, {}, {} with {} and {}, {}: true and {}: true is required,"
                " or another login in {}"
            )
            arguments = ("key", "sas_url", "connection_string", *_SERVICE_PRINCIPAL, "env_auth", "anonymous")
            yield Problem("", rule, (*arguments, "parameters"), "conflict")
        for name in _SERVICE_PRINCIPAL if given and other is not None else ():
            if self.is_set(name) is False:
                rule = f"is required with {' and '.join('{}' for _ in given)}"
                yield Problem(name, rule, given, "required")

    def _account_conflicts(self) -> Iterator[Problem]:
        """The account, unless the login or the environment names it, or the endpoint is enough."""
        if self.is_set("account") is not False:
            return
        has_token_login = (self.is_set("client_secret"), self.has_parameter(*_OTHER_LOGINS))
        alternatives = [
            *map(self.is_set, ("sas_url", "connection_string", "env_auth")),
            self.has_parameter("use_emulator"),
            self.is_set("endpoint") is not False and any(login is not False for login in has_token_login),
        ]
        if all(alternative is False for alternative in alternatives):
            names = ("sas_url", "connection_string", "env_auth")
            yield Problem("account", "is required unless {}, {} or {} is set", names, "required")
