"""Types of fields that several kinds of remotes share: keys and addresses."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def _one_word(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    if re.search(r"[\s\x00-\x1f\x7f]", text):
        # Seldon passes it on unchanged, and the server rejects the key.
        raise ValueError(
            "must not contain spaces or line breaks (one at the end often comes from a file or `echo`)"
        )
    return text


def _endpoint(endpoint: str) -> str:
    if "://" not in endpoint:
        raise ValueError("must start with https:// or http://; without a scheme rclone guesses one")
    try:
        url = urlsplit(endpoint)
        valid = url.scheme in {"http", "https"} and url.hostname and (url.port is None or url.port > 0)
    except ValueError:
        valid = False
    if not valid or re.search(r"\s", endpoint):
        raise ValueError("must be a URL such as https://minio.example.com:9000")
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("must consist of scheme, host, port and path; credentials have their own arguments")
    return endpoint


OneWord = Annotated[str, AfterValidator(_one_word)]
"""A key or identifier: not empty, without white space."""

Endpoint = Annotated[str, AfterValidator(_endpoint)]
"""The address of a server."""
