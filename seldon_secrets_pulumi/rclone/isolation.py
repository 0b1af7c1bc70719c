"""Decides whether rclone can safely open somebody else's remote on this machine.

Some options name a program that rclone starts, a file or socket that it opens, another remote, or the identity of
whoever runs rclone. Anybody who can write one Secret could run a program as the person who probes it. So this module
has an allow-list: options that say where a remote is, that log in, or that take a number or a choice. It refuses
everything else, including options that are not in the catalog.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import Backend, backend

# The characters of rclone's environment variables. Python's `upper` turns letters of other scripts into these (U+017F,
# the long s, becomes S), so names are compared only after this check.
_ASCII_NAME = re.compile(r"[a-z0-9_.]+")

# Values of these types are numbers, sizes, dates or words of a fixed list (see option_types.py).
_HARMLESS_TYPES = frozenset(
    {"Bits", "Duration", "Encoding", "SizeSuffix", "Time", "Tristate", "bool", "float64", "int"}
)
# Switches that make rclone use the machine's identity, agents, terminal, emulators or files
# (`rclone config providers`, the help text of each).
_MACHINE_SWITCHES = frozenset(
    {
        "ask_password",
        "db_purge",
        "env_auth",
        "key_use_agent",
        "use_az",
        "use_emulator",
        "use_kerberos",
        "use_msi",
    }
)
# Options of other types that only locate the remote, log in, or are sent to the server.
_HARMLESS_OPTIONS = frozenset(
    """
    2fa access access_grant access_key_id access_scopes access_tier access_token account account_id acl action_policy
    api_key api_password api_secret api_url app_id app_token app_version apple_id application_credential_id
    application_credential_name application_credential_secret async_batch auth auth_token auth_url auth_version authorization
    authorization_expiry base_folder_uuid batch_mode bearer_token box_sub_type bucket_acl captcha_token ciphers
    client_access_token client_id client_refresh_token client_salted_key_pass client_secret client_uid cloud_name
    compartment config_credentials configversion connection_string cookies create_policy delete_snapshots deleted_id
    description device device_id doi doi_resolver_api_url domain download_url drive_id drive_type
    effective_upload_time email encoding endpoint endpoint_type export_formats file_password filename_encoding
    filename_encryption folder_password formats front_endpoint hash_type hashes headers host host_key_algorithms host_keys
    hostname ibm_api_key ibm_iam_endpoint ibm_resource_instance_id impersonate impersonate_admin import_formats
    item_metadata key key_exchange key_pem level library library_key link_password link_scope link_type location
    location_constraint macs mailbox_password master_key master_keys media_extensions meta_format mnemonic mode
    mountid mountpoint name_format namenode namespace object_acl object_lock_legal_hold_status object_lock_mode
    object_lock_retain_until_date otp_secret_key owned_by pass passphrase password password2 permanent_token
    private_access_key private_key project_number protocol provider pubkey public_access public_key quirks
    refresh_token region resource_key role_external_id role_session_duration role_session_name root_folder_id
    root_folder_slug root_id root_namespace root_prefix sas_url satellite_address scope scope_access scope_role
    search_policy secret secret_access_key server_side_encryption service service_account_credentials session_id
    session_token share_name shared_folder shell_type site speedup_file_patterns sse_customer_algorithm
    sse_customer_key sse_customer_key_base64 sse_customer_key_md5 sse_customer_key_sha256 sse_kms_key_id
    storage_class storage_policy storage_tier storage_url subsystem suffix team_drive tenant tenant_api_version tenant_domain tenant_id
    tenant_url test_mode token token_expiry token_url tokenurl transactions trust_token upload_cutoff upload_prefix
    upload_preset upload_tags url user user_agent user_id user_project username vendor version web_token workspace_id
    workstation zone
    """.split()  # noqa: SIM905 - as a list it would fill two hundred lines
)
_OFF = frozenset({"", "0", "f", "F", "FALSE", "false", "False"})


def obstacle(backend_type: str, parameters: Mapping[str, str]) -> str | None:
    """The reason why rclone must not open this remote here, without any of its values. None if it may.

    The names of `parameters` are those of rclone's environment variables, in any case.
    """
    try:
        remote_backend = backend(backend_type)
    except InvalidArguments:
        return "its type is unknown to this package"
    if remote_backend.name == "local":
        return "it points to files of this machine"
    options = {name.lower().replace("-", "_"): value for name, value in parameters.items()}
    if any(not _ASCII_NAME.fullmatch(name) for name in options):
        return "the name of an option contains other characters than letters, digits and _"
    return next(_forbidden(remote_backend, options), None) or _machine_identity(remote_backend.name, options)


def allowed(remote_backend: Backend, name: str) -> bool:
    """Whether an option, named as in an environment variable, can't reach the machine that runs rclone."""
    if name in _HARMLESS_OPTIONS:
        return True
    option = remote_backend.options.get(name)
    if option is None or name in _MACHINE_SWITCHES:
        return False
    return option.type in _HARMLESS_TYPES or "|" in option.type


def _forbidden(remote_backend: Backend, options: Mapping[str, str]) -> Iterator[str]:
    yield from (
        f"it sets {name}"
        for name, value in options.items()
        # rclone does not use a path or program that is switched off.
        if not (allowed(remote_backend, name) or value in _OFF)
    )


def _machine_identity(backend_name: str, options: Mapping[str, str]) -> str | None:
    """The problem that rclone would use the machine's own login or service, because the Secret has none."""
    has_login = _LOGIN_IN_SECRET.get(backend_name)
    return None if has_login is None or has_login(options) else "it has no login of its own"


def _has_google_login(options: Mapping[str, str]) -> bool:
    # Without one of these, rclone asks Google's library for the default credentials of the machine
    # (rclone `backend/googlecloudstorage/googlecloudstorage.go`, NewFs).
    if credentials := options.get("service_account_credentials"):
        return _is_service_account(credentials)
    return any(options.get(name, "") not in _OFF for name in ("access_token", "anonymous", "token"))


def _has_drive_login(options: Mapping[str, str]) -> bool:
    credentials = options.get("service_account_credentials")
    return not credentials or _is_service_account(credentials)


def _is_service_account(text: str) -> bool:
    """Google's other kinds of credentials refer to files and programs of the machine (`external_account`)."""
    try:
        key = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(key, dict) and key.get("type") == "service_account"


_LOGIN_IN_SECRET: Mapping[str, Callable[[Mapping[str, str]], bool]] = {
    "drive": _has_drive_login,
    "google cloud storage": _has_google_login,
    # Every other provider reads ~/.oci/config or uses the identity of the instance
    # (rclone `backend/oracleobjectstorage/options.go`).
    "oracleobjectstorage": lambda options: options.get("provider") == "no_auth",
    # The default is a daemon on this machine (rclone `backend/sia/sia.go`).
    "sia": lambda options: bool(options.get("api_url")),
}
