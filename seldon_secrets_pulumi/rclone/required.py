"""Which options a remote cannot do without.

The catalog's `required` is what rclone's own dialogue insists on; rclone itself often does without.
"""

from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.rclone.catalog import Backend

# What stands in for an option that the dialogue insists on, and nothing where rclone does without
# (backend/<type>/, rclone v1.75.0; Linkbox knew nothing but a token before 1.73).
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

# What the dialogue lets be and rclone fails without at once; any one of a row will do.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "ftp": ("pass",),
    "koofr": ("password",),
    "storj": ("access_grant", "satellite_address"),
    "tardigrade": ("access_grant", "satellite_address"),
}


def required_problems(backend: Backend, given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Each option that is missing, with the rule that says so. `given` may hold values that are wrong."""
    for name, option in backend.options.items():
        if option.required and not option.default and _is_missing(backend, name, given):
            yield name, f"is required: {option.help.rstrip('.:')}"
    needed = _NEEDED.get(backend.name, ())
    if needed and not any(name in given for name in needed):
        yield needed[0], f"is required by rclone{''.join(f', or {other}' for other in needed[1:])}"


def _is_missing(backend: Backend, name: str, given: Mapping[str, object]) -> bool:
    # A password may be empty, all else that is empty is unset to rclone.
    if given.get(name) not in (None, "") or (name in given and backend.options[name].password):
        return False
    provider, providers = str(given.get("provider", "")), backend.options[name].providers
    if providers and not (provider and provider in providers):
        return False
    instead = _INSTEAD.get((backend.name, name))
    return instead is None or (instead != () and not any(given.get(other) for other in instead))
