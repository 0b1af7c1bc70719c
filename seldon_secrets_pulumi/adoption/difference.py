"""How an entry's data differs from that of a live Secret, in words without values."""

from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.inventory.content import read_content
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM
from seldon_secrets_pulumi.model.remote import Remote


def difference(entry_data: Mapping[str, str], secret: LiveSecret, data_format: str | None) -> str | None:
    """How the data that a typed entry writes differs; None if it is the same byte for byte."""
    if entry_data == secret.text:
        return None
    live = secret.content.described
    written = read_content(entry_data.keys(), entry_data).described
    if live is None or written is None:
        return "its JSON has a different layout, or holds more than logins"
    return "; ".join(_remote_differences(live, written)) or _layout(secret, data_format)


def _remote_differences(live: Remote, written: Remote) -> Iterator[str]:
    if live.type != written.type:
        yield f"its type is spelled {live.type}"
    if added := sorted(written.parameters.keys() - live.parameters.keys()):
        yield f"a typed entry would add {', '.join(added)}"
    if omitted := sorted(live.parameters.keys() - written.parameters.keys()):
        yield f"a typed entry would omit {', '.join(omitted)}"
    common = live.parameters.keys() & written.parameters.keys()
    if changed := sorted(name for name in common if live.parameters[name] != written.parameters[name]):
        yield f"a typed entry would write {', '.join(changed)} differently"


def _layout(secret: LiveSecret, data_format: str | None) -> str:
    """What is unusual about data that describes the same remote."""
    if data_format != CONFIG_PARAM.name:
        return "its keys are spelled differently"
    try:
        CONFIG_PARAM.read(secret.text)
    except ValueError:
        return "its value is YAML, or JSON with values that are not strings"
    return "its key or the layout of its JSON is custom"
