"""The settings under `seldon-secrets:` in a stack's configuration, and where they stand."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.runtime import config

from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.stack.entry import plaintext
from seldon_secrets_pulumi.stack.expansion import ENTRIES

_PREFIX = "seldon-secrets:"


def read() -> dict[str, Any]:
    """All settings but those of the format label, decrypted. Raises `InvalidArguments`."""
    # `Config.get_object` repeats the value in its error, and that may be a credential.
    given = config.get_config_env() | config.CONFIG.get()
    texts = {key.removeprefix(_PREFIX): text for key, text in given.items() if key.startswith(_PREFIX)}
    settings = {
        name: _parsed(text) for name, text in sorted(texts.items()) if name not in FORMAT_LABEL_SETTINGS
    }
    problems = [Problem(name, "must be a list or a mapping") for name, it in settings.items() if it is None]
    if problems:
        raise InvalidArguments(problems)
    return settings


def readable_credentials(settings: Mapping[str, Any]) -> Iterator[str]:
    """The paths of the credentials that stand in the stack's file, or in the project's, as they are."""
    secret = {*config._SECRET_KEYS.get(), *config.get_config_secret_keys_env()}  # noqa: SLF001 - as pulumi.Config
    file = _stack_file()
    for kind in ENTRIES:
        # One encrypted value makes the whole setting secret: then only the file tells which of them are not.
        entries = file.get(_PREFIX + kind) if _PREFIX + kind in secret else settings.get(kind)
        for position, entry in enumerate(entries if isinstance(entries, list) else []):
            yield from (f"{kind}[{position}].{name}" for name in plaintext(kind, entry))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _stack_file() -> Mapping[str, Any]:
    path = Path(pulumi.get_root_directory()) / f"Pulumi.{pulumi.get_stack()}.yaml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}  # elsewhere, by --config-file
    found = content.get("config") if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}
