"""The settings under `seldon-secrets:` in a stack's configuration, read from Pulumi."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pulumi

from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS
from seldon_secrets_pulumi.model.setting_names import PREFIX, misplaced_settings
from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.pulumi_internals import configuration, secret_setting_names
from seldon_secrets_pulumi.stack.entry import plaintext
from seldon_secrets_pulumi.stack.expansion import ENTRIES, SETTING_NAMES
from seldon_secrets_pulumi.stack.file_reader import config_in, setting_value


def read() -> dict[str, Any]:
    """All settings, decrypted. Those that are not lists or mappings are text. Raises `InvalidArguments`."""
    # Not `Config.get_object`: its error repeats the value, which may be a credential.
    texts = {
        name.removeprefix(PREFIX): text for name, text in configuration().items() if name.startswith(PREFIX)
    }
    return {
        name: text if name in FORMAT_LABEL_SETTINGS else setting_value(name, text)
        for name, text in sorted(texts.items())
    }


def misplaced() -> Iterator[Problem]:
    """The settings whose prefix is misspelled, or the project's."""
    return misplaced_settings(sorted(configuration()), SETTING_NAMES, pulumi.get_project())


def readable_credentials(settings: Mapping[str, Any]) -> Iterator[str]:
    """The paths of the credentials that the stack's or the project's file contains in plain text."""
    secret = secret_setting_names()
    file = _stack_file()
    for list_name in ENTRIES:
        # One encrypted value makes the whole setting secret. Then only the file shows which values are plain.
        entries = file.get(PREFIX + list_name) if PREFIX + list_name in secret else settings.get(list_name)
        for position, entry in enumerate(entries if isinstance(entries, list) else []):
            yield from (f"{list_name}[{position}].{name}" for name in plaintext(list_name, entry))


def project_folder() -> Path:
    """The folder of Pulumi.yaml. An inline program of the Automation API has none: there it is the current folder."""
    root: str | None = pulumi.get_root_directory()
    return Path(root or "")


def _stack_file() -> Mapping[str, Any]:
    """The settings in the stack's file. Empty if the file is elsewhere (--config-file)."""
    path = project_folder() / f"Pulumi.{pulumi.get_stack()}.yaml"
    with suppress(OSError, ValueError):
        return config_in(path.read_text(encoding="utf-8"))
    return {}
