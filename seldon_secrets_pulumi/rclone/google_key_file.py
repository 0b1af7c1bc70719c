"""The key file of a Google service account, in the form that rclone reads."""

import base64
import binascii
import json
import re
from typing import Any

from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json

# rclone reads only service account keys (google.JWTConfigFromJSON). These are Google's other kinds of credentials.
_OTHER_TYPES = {
    "authorized_user": "a user's own login, from `gcloud auth application-default login`",
    "external_account": "a workload identity configuration",
    "external_account_authorized_user": "a workforce identity configuration",
    "gdch_service_account": "a key for Google Distributed Cloud",
    "impersonated_service_account": "a configuration for impersonation",
}
_REQUIRED = ("client_email", "private_key")
_HOW_TO_MAKE_ONE = "create one with `gcloud iam service-accounts keys create key.json --iam-account=EMAIL`"


def compact_key_file(text: str) -> str:
    """The key file, or its base64, as compact JSON on one line. Raises `ValueError` if rclone can't use it.

    Newer rclone rejects line breaks in the options that Core 2 passes.
    """
    key = _parse(_decoded(text.lstrip("\ufeff").strip()))
    match key.get("type"):
        case "service_account":
            pass
        case str() as other if other in _OTHER_TYPES:
            raise ValueError(
                f"is {_OTHER_TYPES[other]} (type {other}), which rclone can't use; use a service account key: "
                f"{_HOW_TO_MAKE_ONE}"
            )
        case _:
            raise ValueError('must be the key file of a service account, with "type": "service_account"')
    missing = [name for name in _REQUIRED if not (isinstance(key.get(name), str) and key[name].strip())]
    if missing:
        raise ValueError(f"the key file lacks {' and '.join(missing)}")
    key["private_key"] = _private_key(key["private_key"])
    return json.dumps(key, sort_keys=True, separators=(",", ":"))


def _decoded(text: str) -> str:
    if text.startswith("{"):
        return text
    if text.startswith("-----BEGIN"):
        raise ValueError("is only a private key; use the whole JSON key file")
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if raw.startswith(
        b"0\x82"
    ):  # the first bytes of every DER structure of this size, such as a PKCS #12 archive
        raise ValueError(f"is a P12 key, which rclone can't use; use a JSON key: {_HOW_TO_MAKE_ONE}")
    try:
        inner = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        inner = ""
    if inner.startswith("{"):
        return inner
    if "\n" not in text and re.search(r"[/\\]|\.json$|\.p12$", text) and len(text) < 1024:
        raise ValueError("looks like the path of a file; pass the content of the file")
    raise ValueError("must be the JSON text of a service account's key file, or its base64")


def _parse(text: str) -> dict[str, Any]:
    try:
        # Not strict: accepts unescaped line breaks in the private key.
        key = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        where = (
            "it ends too early" if error.pos >= len(text) else f"line {error.lineno}, column {error.colno}"
        )
        raise ValueError(f"is not valid JSON ({where}); pass the whole key file unchanged") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(key, dict):
        raise ValueError("must be a JSON object")  # noqa: TRY004 - a rule of the text
    return key


def _private_key(pem: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - costs 30 ms
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    # Shells and templates often turn line breaks into the two characters \n, or into Windows line ends.
    pem = pem.replace("\\n", "\n").replace("\r\n", "\n").strip() + "\n"
    try:
        key = load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnicodeEncodeError):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(  # noqa: TRY004 - a rule of the text
            "the private_key in the key file is damaged or cut short (it must be an RSA key in PEM form)"
        )
    return pem


def stored_key_file_rule(text: str) -> str | None:
    """The rule that the key file breaks as rclone reads it, if it does: without the repairs of `compact_key_file`."""
    try:
        compact_key_file(text)
    except ValueError as error:
        return str(error)
    try:
        private_key = parse_json(text)["private_key"]
    except UnreadableTextError:
        return "must be plain JSON, not base64, without line breaks within its strings"
    if "\\n" in private_key:
        return "the private_key has \\n as two characters instead of line breaks"
    return None
