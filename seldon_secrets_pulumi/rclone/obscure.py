"""Rclone's obscuring of passwords, with the same result for the same password every time.

It is AES-CTR with a published key (fs/config/obscure/obscure.go): anybody can reveal the result, so it is as secret as
the password. rclone picks a random IV. This module derives the IV from the input, because a different result on every
run would change the Secret on every run.
"""

import base64
import binascii
import hashlib
import hmac
import re

# `cryptKey` of rclone.
_KEY = bytes.fromhex("9c935b48730a554d6bfd7c63c886a92bd390198eb8128afbf4de162b8b95f638")
_IV_LENGTH = 16
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")  # without padding: Go's RawURLEncoding refuses it


def obscure(backend: str, option: str, plaintext: str) -> str:
    """The obscured form of a password, for one option of a backend."""
    password = plaintext.encode()
    iv = hmac.digest(_KEY, b"\0".join((backend.encode(), option.encode(), password)), hashlib.sha256)[
        :_IV_LENGTH
    ]
    return base64.urlsafe_b64encode(iv + _crypt(iv, password)).rstrip(b"=").decode()


def reveal(obscured: str) -> bytes:
    """The password behind an obscured text. Raises `ValueError`, without the text, if rclone could not reveal it."""
    if not _BASE64URL.fullmatch(obscured):
        raise ValueError("not base64url")
    try:
        sealed = base64.urlsafe_b64decode(obscured + "=" * (-len(obscured) % 4))
    except binascii.Error:
        raise ValueError("not base64url") from None
    if len(sealed) < _IV_LENGTH:
        raise ValueError("too short")
    return _crypt(sealed[:_IV_LENGTH], sealed[_IV_LENGTH:])


def _crypt(iv: bytes, text: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - slow to load

    encryptor = Cipher(algorithms.AES(_KEY), modes.CTR(iv)).encryptor()
    return encryptor.update(text) + encryptor.finalize()
