"""The Secrets of a stack as Kubernetes manifests."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from seldon_secrets_pulumi.model.secret_data import encoded
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret, secrets_of_stack
from seldon_secrets_pulumi.stack.file_reader import settings_in

# Strings that YAML reads as strings without quotes.
_PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)\Z)[a-z][\w./+=-]*", re.IGNORECASE | re.ASCII)


def manifests(text: str, folder: Path) -> Iterator[str]:
    """A YAML document for each Secret that the text of a stack's file declares. Raises `InvalidArguments`.

    References to files are relative to `folder`.
    """
    return map(_manifest, secrets_of_stack(settings_in(text), folder))


def _manifest(secret: DeclaredSecret) -> str:
    # Not PyYAML, which takes ten times as long.
    lines = (
        "---",
        "apiVersion: v1",
        "kind: Secret",
        "metadata:",
        f"  name: {_scalar(secret.name)}",
        f"  namespace: {_scalar(secret.namespace)}",
        "  labels:",
        *(f"    {_scalar(key)}: {_scalar(value)}" for key, value in secret.labels.items()),
        *([f"  annotations: {_on_one_line(secret.annotations)}"] if secret.annotations else []),
        f"type: {secret.type}",
        "data:",
        *(f"  {_scalar(key)}: {_scalar(value)}" for key, value in encoded(secret.data).items()),
        "",
    )
    return "\n".join(lines)


def _scalar(text: str) -> str:
    """A name, a label or base64: letters, digits and a few signs, which JSON and YAML quote in the same way."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _on_one_line(mapping: Mapping[str, str]) -> str:
    """A mapping with any strings in it."""
    import yaml

    text: str = yaml.safe_dump(dict(mapping), default_style='"', default_flow_style=True, width=2**31 - 1)
    return text.rstrip()
