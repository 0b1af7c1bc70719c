"""The options that a remote must have.

The catalog's `required` marks the options that rclone's own dialogue insists on; rclone itself often works without.
"""

from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.rclone.catalog import Backend
from seldon_secrets_pulumi.rclone.option_types import is_on

# The options that replace one that the dialogue insists on; empty where rclone works without it
# (backend/<type>/, rclone v1.75.0; Linkbox accepted only a token before 1.73).
_INSTEAD: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("compress", "level"): (),
    ("hdfs", "namenode"): (),
    ("oracleobjectstorage", "region"): (),
    ("iclouddrive", "apple_id"): ("trust_token",),
    ("iclouddrive", "password"): ("trust_token",),
    ("internxt", "email"): ("token",),
    ("internxt", "pass"): ("token",),
    ("linkbox", "email"): ("token",),
    ("linkbox", "password"): ("token",),
    ("linkbox", "token"): ("email",),
    ("mailru", "pass"): ("token",),
    ("mailru", "user"): ("token",),
    ("mega", "pass"): ("session_id",),
    ("mega", "user"): ("session_id",),
    ("pikpak", "pass"): ("token",),
    ("pikpak", "user"): ("token",),
    ("protondrive", "password"): ("client_access_token",),
    ("protondrive", "username"): ("client_access_token",),
    ("seafile", "user"): ("auth_token",),
    ("sftp", "host"): ("ssh",),
}

# Options that the dialogue does not insist on, though rclone fails at once without them; one of each row is enough.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "ftp": ("pass",),
    "kdrive": ("drive_id",),
    "koofr": ("password",),
    "storj": ("access_grant", "satellite_address"),
    "tardigrade": ("access_grant", "satellite_address"),
}


def required_problems(backend: Backend, options: Mapping[str, object]) -> Iterator[Problem]:
    """Each option that is missing. The values of `options` may be wrong."""
    for name, option in backend.options.items():
        if option.required and not option.default and _is_missing(backend, name, options):
            yield Problem(name, f"is required: {option.help.rstrip('.:')}", code="required")
    needed = _NEEDED.get(backend.name, ())
    if needed and not any(name in options for name in needed):
        rule = f"is required by rclone{''.join(f', or {other}' for other in needed[1:])}"
        yield Problem(needed[0], rule, code="required")
    if backend.name == "swift":
        yield from _swift_problems(options)


def _swift_problems(options: Mapping[str, object]) -> Iterator[Problem]:
    """The address of the login or its result is required (backend/swift/swift.go, swiftConnection)."""
    has_result = options.get("storage_url") and options.get("auth_token")
    if not (options.get("auth") or has_result or is_on(options.get("env_auth"))):
        rule = (
            "is required: the URL of the login, https://…/v3; or set env_auth, or storage_url and auth_token"
        )
        yield Problem("auth", rule, code="required")


def _is_missing(backend: Backend, name: str, options: Mapping[str, object]) -> bool:
    # A password may be empty. To rclone, any other empty option is not set.
    if options.get(name) not in (None, "") or (name in options and backend.options[name].password):
        return False
    provider, providers = options.get("provider"), backend.options[name].providers
    if providers and not (isinstance(provider, str) and provider and provider in providers):
        return False
    instead = _INSTEAD.get((backend.name, name))
    return instead is None or (instead != () and not any(options.get(other) for other in instead))
