"""Backends that a person logs in to: what a Secret must hold so that rclone runs without anybody there.

From the backends' `NewFs` and `Config` functions (backend/<name>/, rclone v1.75.0), tried without a network.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_AUTHORIZE = (
    'is required: run `rclone authorize "{type}"` on a machine that has a browser and give the JSON it prints'
)
_DIALOGUE = (
    "is required and found out by rclone's dialogue: run `rclone config` once and copy it from rclone.conf"
)


@dataclass(frozen=True, slots=True)
class OAuth:
    """What makes up for a token, and what a token alone does not make up for.

    With one of `instead` nobody logs in; with one of `besides` rclone works too, though config/create asks for a
    login all the same. The options in `dialogue` are needed with a token.
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
    "onedrive": OAuth(dialogue=("drive_id", "drive_type")),
    "pcloud": OAuth(),
    "premiumizeme": OAuth(besides=("api_key", "client_credentials")),
    "putio": OAuth(),
    "sharefile": OAuth(dialogue=("endpoint",)),
    "yandex": OAuth(),
    "zoho": OAuth(dialogue=("region",)),
}

# Each row is a choice: one of these must be there.
_FROM_DIALOGUE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "iclouddrive": (("trust_token",), ("cookies",)),
    "internxt": (("mnemonic",), ("token",)),
    "jottacloud": (("token",), ("configVersion",)),
    "sugarsync": (("refresh_token", "authorization"),),
}

# What `config/create` asks when it is not told, with defaults that wait for a browser or undo what was given.
_NO_BROWSER = {"config_is_local": "false", "config_refresh_token": "false"}


def login_problems(type_: str, parameters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each option that only a login can fill, with the rule that says how to get it."""
    oauth = OAUTH.get(type_)
    if oauth is not None:
        yield from _oauth_problems(type_, oauth, parameters)
    for choice in _FROM_DIALOGUE.get(type_, ()):
        if not any(parameters.get(option) for option in choice):
            yield choice[0], _DIALOGUE


def answers(type_: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """What `config/create` must be given besides the parameters so that it does not wait for a person.

    Without these it waits for a browser for ever, even with a good token, and Core 2's agent with it. rclone stores
    none of them (they start with `config_`) and no backend reads them, so that they do no harm elsewhere.
    """
    oauth = OAUTH.get(type_)
    if oauth is not None and not any(_is_set(parameters.get(option)) for option in oauth.instead):
        # OneDrive would choose a drive of its own otherwise.
        drive = {"config_type": "driveid", "config_driveid_fixed": parameters.get("drive_id", "")}
        return _NO_BROWSER | (drive if type_ == "onedrive" else {})
    return {"config_refresh": "false"} if type_ == "sugarsync" else {}


def preload_problem(type_: str) -> str | None:
    """Why Core 2 cannot preload a remote of this type (`config_secrets`), though a Model's `secretName` works."""
    if type_ in {"iclouddrive", "internxt", "jottacloud"}:
        return "rclone's config/create logs in anew for this type, whatever it is given"
    return None


def _oauth_problems(type_: str, oauth: OAuth, parameters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    others = (*oauth.instead, *oauth.besides)
    if token := parameters.get("token"):
        if not _is_json_object(token):
            yield (
                "token",
                f'must be the JSON object that `rclone authorize "{type_}"` prints, braces included',
            )
    elif not any(_is_set(parameters.get(option)) for option in others):
        yield "token", f"{_AUTHORIZE.format(type=type_)}; or set {' or '.join(others)}"
    yield from ((option, _DIALOGUE) for option in oauth.dialogue if not parameters.get(option))


def _is_set(value: str | None) -> bool:
    return bool(value) and value not in {"0", "f", "F", "false", "False", "FALSE"}


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
