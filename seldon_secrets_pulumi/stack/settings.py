"""The settings under `seldon-secrets:` in a stack's configuration, read from Pulumi."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pulumi

from seldon_secrets_pulumi.components.pulumi_internals import configuration, secret_setting_names
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS
from seldon_secrets_pulumi.stack.entry import plaintext
from seldon_secrets_pulumi.stack.expansion import ENTRIES
from seldon_secrets_pulumi.stack.file_reader import PREFIX, config_in


def read() -> dict[str, Any]:
    """All settings, decrypted. Those that are not JSON are texts."""
    # Not `Config.get_object`: its error repeats the value, which may be a credential.
    texts = {
        name.removeprefix(PREFIX): text for name, text in configuration().items() if name.startswith(PREFIX)
    }
    return {
        name: text if name in FORMAT_LABEL_SETTINGS else _parsed(text) for name, text in sorted(texts.items())
    }


def readable_credentials(settings: Mapping[str, Any]) -> Iterator[str]:
    """The paths of the credentials that the stack's or the project's file contains in plain text."""
    secret = secret_setting_names()
    file = _stack_file()
    for list_name in ENTRIES:
        # One encrypted value makes the whole setting secret. Then only the file shows which values are plain.
        entries = file.get(PREFIX + list_name) if PREFIX + list_name in secret else settings.get(list_name)
        for position, entry in enumerate(entries if isinstance(entries, list) else []):
            yield from (f"{list_name}[{position}].{name}" for name in plaintext(list_name, entry))


def _parsed(text: str) -> Any:
    with suppress(ValueError):
        return json.loads(text)
    return text


def _stack_file() -> Mapping[str, Any]:
    """The settings in the stack's file. Empty if the file is elsewhere (--config-file)."""
    path = Path(pulumi.get_root_directory()) / f"Pulumi.{pulumi.get_stack()}.yaml"
    with suppress(OSError, ValueError):
        return config_in(path.read_text(encoding="utf-8"))
    return {}
