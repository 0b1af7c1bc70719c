"""Backends with an interactive login: the options that let rclone run unattended.

From the backends' `NewFs` and `Config` functions (backend/<name>/, rclone v1.75.0), tried without a network.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.rclone.option_types import is_on
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json

_AUTHORIZE = (
    'is required: run `rclone authorize "{type}"` on a machine with a browser and use the JSON that it prints'
)
_DIALOGUE = (
    "is required and comes from rclone's dialogue: run `rclone config` once and copy it from rclone.conf"
)


@dataclass(frozen=True, slots=True)
class OAuth:
    """The options that replace a token, and those that a token needs.

    With one of `instead`, nobody has to log in. With one of `besides`, rclone works too, although config/create still
    asks for a login. The options in `dialogue` are required together with a token.
    """

    instead: tuple[str, ...] = ()
    besides: tuple[str, ...] = ("client_credentials",)
    dialogue: tuple[str, ...] = ()


_SERVICE_ACCOUNT = ("service_account_credentials", "service_account_file", "env_auth")

OAUTH: Mapping[str, OAuth] = {
    "box": OAuth(instead=("access_token", "box_config_file", "config_credentials")),
    "drive": OAuth(instead=_SERVICE_ACCOUNT),
    "dropbox": OAuth(),
    "google cloud storage": OAuth(
        instead=(*_SERVICE_ACCOUNT, "anonymous"), besides=("access_token", "client_credentials")
    ),
    "google photos": OAuth(),
    "hidrive": OAuth(),
    "huaweidrive": OAuth(),
    "kdrive": OAuth(besides=()),
    "onedrive": OAuth(dialogue=("drive_id", "drive_type")),
    "pcloud": OAuth(),
    "premiumizeme": OAuth(besides=("api_key", "client_credentials")),
    "putio": OAuth(),
    "sharefile": OAuth(dialogue=("endpoint",)),
    "yandex": OAuth(),
    "zoho": OAuth(dialogue=("region",)),
}

# One option of each row is required.
_FROM_DIALOGUE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "iclouddrive": (("trust_token",), ("cookies",)),
    "internxt": (("mnemonic",), ("token",)),
    "jottacloud": (("token",), ("configVersion",)),
    "sugarsync": (("refresh_token", "authorization"),),
}

_CREATE = "rclone's config/create"

# Without `provider: new`, config/create deletes these options (backend/storj/fs.go, Config).
_STORJ = frozenset({"storj", "tardigrade"})
_STORJ_NEW = ("satellite_address", "api_key", "passphrase")

# Questions of `config/create`. Their defaults wait for a browser or discard the token.
_NO_BROWSER = {"config_is_local": "false", "config_refresh_token": "false"}


# Without a login, this backend uses the default credentials of the environment, such as workload identity
# (backend/googlecloudstorage/googlecloudstorage.go, NewFs). Only config/create insists on one.
_HAS_DEFAULT_LOGIN = frozenset({"google cloud storage"})


def login_problems(backend: str, options: Mapping[str, str]) -> Iterator[Problem]:
    """Each option that only a login provides, with a rule that says how to get it."""
    oauth = OAUTH.get(backend)
    if oauth is not None:
        yield from _token_problems(backend, options)
        if backend not in _HAS_DEFAULT_LOGIN:
            yield from _missing_token(backend, oauth, options)
        for option in oauth.dialogue:
            if not options.get(option):
                yield Problem(option, _DIALOGUE, code="login")
    for choice in _FROM_DIALOGUE.get(backend, ()):
        if not any(options.get(option) for option in choice):
            yield Problem(choice[0], _DIALOGUE, code="login")


def answers(backend: str, options: Mapping[str, str]) -> dict[str, str]:
    """The answers that `config/create` needs besides the options so that it does not wait for a person.

    Without them it waits forever for a browser, even with a valid token, and so does Core 2's agent. rclone stores
    none of them (they start with `config_`) and no backend reads them, so they do no harm elsewhere.
    """
    oauth = OAUTH.get(backend)
    if oauth is not None and not any(is_on(options.get(option)) for option in oauth.instead):
        # Otherwise OneDrive chooses a drive itself.
        drive = {"config_type": "driveid", "config_driveid_fixed": options.get("drive_id", "")}
        return _NO_BROWSER | (drive if backend == "onedrive" else {})
    return {"config_refresh": "false"} if backend == "sugarsync" else {}


def create_problems(backend: str, options: Mapping[str, str]) -> Iterator[Problem]:
    """Each option with which `config/create` ends, waits forever or drops other options, so that Core 2 can't use it.

    Questions that it asks again after an empty answer, and those about a password, have no answer that would help.
    """
    if backend in _HAS_DEFAULT_LOGIN:
        # It waits for somebody to log in with a browser.
        yield from _missing_token(backend, OAUTH[backend], options)
    if backend == "sugarsync" and not options.get("refresh_token"):
        # It then logs in with an empty password, and obscure.MustReveal ends the process (backend/sugarsync).
        yield Problem("refresh_token", f"is required: {_CREATE} asks for a password without it")
    if backend == "seafile" and options.get("2fa") == "true":
        # It asks for the code until it gets one (backend/seafile, Config). Only the dialogue reads `2fa`.
        rule = f"must not be true: {_CREATE} waits for a code; run `rclone config` once and set auth_token instead"
        yield Problem("2fa", rule)
    if backend in _STORJ and options.get("provider") != "new":
        for option in _STORJ_NEW:
            if options.get(option):
                rule = f"is dropped by {_CREATE} unless provider is new"
                yield Problem(option, rule)


def preload_problem(backend: str) -> str | None:
    """The reason why Core 2 cannot preload a remote of this type (`config_secrets`), though `secretName` works."""
    if backend in {"iclouddrive", "internxt", "jottacloud"}:
        return "rclone's config/create logs in again for this type, whatever its options are"
    return None


def _token_problems(backend: str, options: Mapping[str, str]) -> Iterator[Problem]:
    token = options.get("token")
    if token and not _is_json_object(token):
        rule = f'must be the JSON object that `rclone authorize "{backend}"` prints, braces included'
        yield Problem("token", rule)


def _missing_token(backend: str, oauth: OAuth, options: Mapping[str, str]) -> Iterator[Problem]:
    others = (*oauth.instead, *oauth.besides)
    if not options.get("token") and not any(is_on(options.get(option)) for option in others):
        rule = f"{_AUTHORIZE.format(type=backend)}; or set {' or '.join(others)}"
        yield Problem("token", rule, code="login")


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(parse_json(text), dict)
    except UnreadableTextError:
        return False
