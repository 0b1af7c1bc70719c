"""From a live Secret to the entry of the ready-made stack that writes the same bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from seldon_secrets_pulumi.inventory.content import read_content
from seldon_secrets_pulumi.inventory.secret import LiveSecret, remote_in_name
from seldon_secrets_pulumi.inventory.visibility import platform_format
from seldon_secrets_pulumi.model import docker_config
from seldon_secrets_pulumi.model.bucket import Bucket, RcloneBucket
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, FORMATS
from seldon_secrets_pulumi.model.registry import DATA_KEY
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel, seldon_labels
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import backend
from seldon_secrets_pulumi.rclone.login import answers
from seldon_secrets_pulumi.stack.entry import INITIALIZER, TYPED, setting
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret, declared_secrets

# What is said of an object by the tools that it went through, not by its owner.
_OF_TOOLS = ("kubectl.kubernetes.io/", "pulumi.com/")
_SHORT_TYPES = {"google cloud storage": "gcs"}


@dataclass(frozen=True)
class Entry:
    """An entry of the settings `kind`, without `namespaces`; `reason` says why it is there key by key."""

    kind: str
    settings: Mapping[str, Any] = field(repr=False)
    reason: str | None = None


def entry_for(live: LiveSecret, format_label: FormatLabel) -> Entry:
    """The entry that writes the Secret to the letter. Raises `InvalidArguments` where no entry may."""
    further = _metadata(live, format_label)
    format_ = _format(live, format_label)
    reason = "its content is not that of one remote of rclone"
    for kind, settings in _typed(live, format_):
        entry = Entry(kind, {**settings, **further})
        if kind == "buckets" and (name := _secret_name(format_, settings)) != live.name:
            reason = f"its name is free: that of its remote would be {name}"
            continue
        try:
            [written] = _written(entry, live, format_label)
        except InvalidArguments as invalid:
            reason = _sentence(invalid)
            continue
        difference = _difference(written, live, format_)
        if difference is None:
            return entry
        reason = difference
    verbatim = {"name": live.name, "kind": live.kind, "format": format_, "data": dict(live.text)}
    settings = {name: value for name, value in verbatim.items() if value is not None}
    entry = Entry("secrets", {**settings, **further}, reason)
    _written(entry, live, format_label)
    return entry


def _format(live: LiveSecret, format_label: FormatLabel) -> str | None:
    """The format of a bucket secret's data, or else the one that the platform assumes."""
    if live.kind != "bucket":
        return None
    return live.content.format or platform_format(live, format_label)


def _secret_name(format_: str | None, settings: Mapping[str, Any]) -> str:
    return FORMATS[format_ or ENV_VAR.name].secret_name(settings["remote"])


def _written(entry: Entry, live: LiveSecret, format_label: FormatLabel) -> list[DeclaredSecret]:
    settings = {entry.kind: [{**entry.settings, "namespaces": [live.namespace]}]}
    return declared_secrets(settings, Path(), format_label)


def _metadata(live: LiveSecret, format_label: FormatLabel) -> dict[str, dict[str, str]]:
    ours = {*seldon_labels(live.kind or ""), format_label.key}
    labels = {key: it for key, it in live.labels.items() if key not in ours and not _of_a_tool(key)}
    annotations = {key: it for key, it in live.annotations.items() if not _of_a_tool(key)}
    given = {"labels": labels, "annotations": annotations}
    return {name: mapping for name, mapping in given.items() if mapping}


def _of_a_tool(key: str) -> bool:
    return key.startswith(_OF_TOOLS)


def _typed(live: LiveSecret, format_: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every entry by which a person would declare the Secret, the plainest first."""
    if live.kind == "registry":
        yield from (("registries", it) for it in _registry(live))
        return
    remote = live.content.described
    if remote is not None:
        yield "buckets", _bucket(format_ or ENV_VAR.name, remote)
    elif (name := remote_in_name(live.name)) is not None and format_ == ENV_VAR.name:
        yield "buckets", {"remote": name, "type": INITIALIZER, "env": dict(live.text)}


def _registry(live: LiveSecret) -> Iterator[dict[str, Any]]:
    text = live.text.get(DATA_KEY, "")
    try:
        logins = docker_config.read(text)
    except ValueError:
        logins = {}
    if len(logins) == 1:
        [(server, login)] = logins.items()
        username, password = docker_config.credentials(login)
        email = {"email": login["email"]} if "email" in login else {}
        yield {"name": live.name, "server": server, "username": username, "password": password, **email}
    yield {"name": live.name, "dockerConfigJson": text}


def _bucket(format_: str, remote: Remote) -> dict[str, Any]:
    entry: dict[str, Any] = {"remote": remote.name, "type": remote.type, "formats": [format_]}
    try:
        known = backend(remote.type)
    except InvalidArguments:  # whoever reads the entry says so
        return entry | {"parameters": dict(remote.parameters)}
    given = {name: it for name, it in remote.parameters.items() if name not in answers(known.name, {})}
    entry["type"] = _SHORT_TYPES.get(known.name, known.name)
    model = TYPED.get(known.name)
    if model is not None and issubclass(model, RcloneBucket):
        return entry | _arguments(model, given)
    passwords = {name for name, option in known.options.items() if option.password}
    return entry | {"parameters": given} | ({"obscured": True} if passwords & given.keys() else {})


def _arguments(model: type[RcloneBucket], given: Mapping[str, str]) -> dict[str, Any]:
    arguments = {option: argument for argument, option in model.options.items()}
    settings: dict[str, Any] = {}
    for option, text in given.items():
        if (argument := arguments.get(option)) is None:
            settings.setdefault("parameters", {})[option] = text
        elif (value := _typed_value(model, argument, text)) != model.model_fields[argument].default:
            settings[setting(argument)] = value
    return settings


def _typed_value(model: type[Bucket], argument: str, text: str) -> str | bool:
    annotation = model.model_fields[argument].annotation
    if bool in (annotation, *get_args(annotation)):
        return {"true": True, "false": False}.get(text, text)
    return text


def _sentence(invalid: InvalidArguments) -> str:
    problem = invalid.problems[0]
    path = problem.argument.partition(".")[2]
    return f"an entry with fields can't have it: {f'{path} ' if path else ''}{problem.rule}"


def _difference(written: DeclaredSecret, live: LiveSecret, format_: str | None) -> str | None:
    """In what an entry's Secret would not be the live one, without values; None when it is the same to the byte."""
    if written.data == live.text:
        return None
    was = live.content.described
    would = read_content(written.data.keys(), written.data).described
    if was is None or would is None:
        return "its JSON is laid out differently, or holds more than logins"
    return "; ".join(_differences(was, would)) or _layout(live, format_)


def _differences(was: Remote, would: Remote) -> Iterator[str]:
    if was.type != would.type:
        yield f"its type is spelt {was.type}"
    if added := sorted(would.parameters.keys() - was.parameters.keys()):
        yield f"an entry with fields would add {', '.join(added)}"
    if removed := sorted(was.parameters.keys() - would.parameters.keys()):
        yield f"an entry with fields would leave out {', '.join(removed)}"
    common = was.parameters.keys() & would.parameters.keys()
    if changed := sorted(name for name in common if was.parameters[name] != would.parameters[name]):
        yield f"an entry with fields would write {', '.join(changed)} differently"


def _layout(live: LiveSecret, format_: str | None) -> str:
    """What is special about the text of a value whose meaning is the same."""
    if format_ != CONFIG_PARAM.name:
        return "its keys are spelt differently"
    try:
        CONFIG_PARAM.read(live.text)
    except ValueError:
        return "its value is YAML, or JSON whose values are no strings"
    return "its key or the layout of its JSON is its own"
