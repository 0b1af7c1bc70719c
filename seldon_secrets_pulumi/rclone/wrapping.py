"""Backends that wrap other remotes.

Neither format configures a second remote beside the one of the Secret, so what is wrapped must be spelt out within
the option: `remote = :s3,provider=AWS,access_key_id=…,secret_access_key=…:bucket`. Tried with rclone on every path.
"""

from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.rclone.connection_string import ConnectionString, parse
from seldon_secrets_pulumi.rclone.option_types import separated

_REMOTE = ("alias", "archive", "cache", "chunker", "compress", "crypt", "hasher")
_UPSTREAMS = ("combine", "union")
_RULE = (
    "must hold the other remote itself, since a Secret configures one only:"
    " :s3,provider=AWS,access_key_id=…,secret_access_key=…:bucket/path (passwords within it obscured)"
)
_UNQUOTED = "must have quotes around the URL within it, endpoint='http://minio:9000'"


def wrapped(type_: str, parameters: Mapping[str, str]) -> Iterator[tuple[str, ConnectionString | str]]:
    """Each remote that this one wraps, with the option that names it, or the rule that the option breaks."""
    if type_ in _REMOTE:
        yield from (("remote", target) for target in _parsed(parameters.get("remote", "")))
    if type_ in _UPSTREAMS:
        # union: `first second`; combine: `folder=first other=second` (backend/union, backend/combine).
        items = separated(parameters.get("upstreams", ""), " ")
        if items is None:
            yield "upstreams", "must be separated by single spaces; quotes stand around whole items only"
        for item in items or ():
            target = item.split("=", 1)[-1] if type_ == "combine" else item
            yield from (("upstreams", found) for found in _parsed(target))


def _parsed(target: str) -> Iterator[ConnectionString | str]:
    """Nothing for a path of rclone's own machine: whatever has no colon, or a slash before it."""
    if target.startswith(":"):
        try:
            found = parse(target)
        except ValueError as error:
            yield str(error)
        else:
            # An unquoted URL ends the parameters at its colon, and rclone takes the rest for a path.
            cut = found.path.startswith("//") and not {"http", "https"}.isdisjoint(found.parameters.values())
            yield _UNQUOTED if cut else found
    elif ":" in target.split("/", 1)[0]:
        yield _RULE
