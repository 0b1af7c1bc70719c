"""Backends that wrap other remotes.

Neither format configures a second remote beside the one of the Secret, so the option must contain the wrapped remote
itself: `remote = :s3,provider=AWS,access_key_id=…,secret_access_key=…:bucket`. Tested with rclone on every path.
"""

from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.rclone.connection_string import ConnectionString, parse
from seldon_secrets_pulumi.rclone.option_types import separated

_REMOTE = ("alias", "archive", "cache", "chunker", "compress", "crypt", "hasher")
_UPSTREAMS = ("combine", "union")
NOT_IN_SECRET = "must contain the other remote itself"  # noqa: S105 - a rule
"""The start of the rule that a remote which is only named breaks."""
_RULE = (
    f"{NOT_IN_SECRET}, because a Secret configures only one:"
    " :s3,provider=AWS,access_key_id=…,secret_access_key=…:bucket/path (with its passwords obscured)"
)
# A union of this many remotes would be unusable: rclone lists all of them for each path.
_MOST_UPSTREAMS = 1000
_UNQUOTED = "must have quotes around the URL in it, endpoint='http://minio:9000'"


def wrapped_remotes(backend: str, options: Mapping[str, str]) -> Iterator[tuple[str, ConnectionString | str]]:
    """Each remote that this one wraps, after the option that contains it, or the rule that the option breaks."""
    if backend in _REMOTE:
        yield from (("remote", remote) for remote in _parsed(options.get("remote", "")))
    if backend in _UPSTREAMS:
        # union: `first second`; combine: `folder=first other=second` (backend/union, backend/combine).
        upstreams = options.get("upstreams", "")
        items = separated(upstreams, " ") if upstreams.count(" ") < _MOST_UPSTREAMS else None
        if items is None:
            yield (
                "upstreams",
                "must be at most 1000 remotes separated by single spaces, with quotes only around whole items",
            )
        for item in items or ():
            target = item.split("=", 1)[-1] if backend == "combine" else item
            yield from (("upstreams", remote) for remote in _parsed(target))


def _parsed(target: str) -> Iterator[ConnectionString | str]:
    """Nothing for a path of the machine that runs rclone: a target with no colon, or with a slash before it."""
    if target.startswith(":"):
        try:
            remote = parse(target)
        except ValueError as error:
            yield str(error)
        else:
            # The colon of an unquoted URL ends the options, and rclone reads the rest as a path.
            cut = remote.path.startswith("//") and not {"http", "https"}.isdisjoint(
                remote.parameters.values()
            )
            yield _UNQUOTED if cut else remote
    elif ":" in target.split("/", 1)[0]:
        yield _RULE
