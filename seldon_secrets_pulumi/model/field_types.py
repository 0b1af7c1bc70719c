"""Types of fields that several kinds of remotes share: keys and addresses."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from seldon_secrets_pulumi.rclone.addresses import url_rule


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
    if (rule := url_rule(endpoint)) is not None:
        raise ValueError(rule)
    url = urlsplit(endpoint)
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("must consist of scheme, host, port and path; credentials have their own arguments")
    return endpoint


OneWord = Annotated[str, AfterValidator(_one_word)]
"""A key or identifier: not empty, without white space."""

Endpoint = Annotated[str, AfterValidator(_endpoint)]
"""The address of a server."""
