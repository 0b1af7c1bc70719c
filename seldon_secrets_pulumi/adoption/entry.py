"""The entry of the ready-made stack that writes the same bytes as a live Secret."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from seldon_secrets_pulumi.adoption.difference import difference
from seldon_secrets_pulumi.inventory.secret import LiveSecret, remote_in_name
from seldon_secrets_pulumi.inventory.visibility import platform_format
from seldon_secrets_pulumi.model import docker_config
from seldon_secrets_pulumi.model.bucket import Bucket, RcloneBucket
from seldon_secrets_pulumi.model.formats import ENV_VAR, FORMATS
from seldon_secrets_pulumi.model.kinds import INITIALIZER, bucket_kind
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY
from seldon_secrets_pulumi.model.reloader import contradictions
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel, seldon_labels
from seldon_secrets_pulumi.model.stack_annotations import STACK_ANNOTATION
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.rclone.catalog import backend
from seldon_secrets_pulumi.rclone.login import answers
from seldon_secrets_pulumi.stack.entry import setting
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret, declared_secrets

# Tools write these keys, not the Secret's owner.
_TOOL_KEYS = ("kubectl.kubernetes.io/", "pulumi.com/", STACK_ANNOTATION)


@dataclass(frozen=True)
class Entry:
    """An entry for one list of a stack's settings, without `namespaces`."""

    kind: str
    """The list: `buckets`, `registries` or `secrets`."""
    settings: Mapping[str, Any] = field(repr=False)
    raw_reason: str | None = None
    """Why the entry is raw; None if it is typed."""


def entry_for(secret: LiveSecret, format_label: FormatLabel, targets: Sequence[str] = ()) -> Entry:
    """The plainest entry that writes the Secret byte for byte. Raises `InvalidArguments` if no entry may write it.

    `targets` are those of the stack, whose rclone need not have everything that the Secret sets.
    """
    data_format = _data_format(secret, format_label)
    metadata = _own_metadata(secret, format_label)
    raw_reason = "its data does not describe exactly one rclone remote"
    for kind, settings in _typed_settings(secret, data_format):
        entry = Entry(kind, {**settings, **metadata, **_reloader(kind, secret)})
        mismatch = _mismatch(entry, secret, data_format, format_label, targets)
        if mismatch is None:
            return entry
        raw_reason = mismatch
    raw = {"name": secret.name, "kind": secret.kind, "format": data_format, "data": dict(secret.text)}
    settings = {name: value for name, value in raw.items() if value is not None}
    entry = Entry("secrets", {**settings, **metadata}, raw_reason)
    _expanded(entry, secret, format_label)
    return entry


def _data_format(secret: LiveSecret, format_label: FormatLabel) -> str | None:
    """The format of a bucket secret's data, or else the one that the platform assumes."""
    if secret.kind != "bucket":
        return None
    return secret.content.format or platform_format(secret, format_label)


def _own_metadata(secret: LiveSecret, format_label: FormatLabel) -> dict[str, dict[str, str]]:
    """The labels and annotations that neither Seldon nor a tool set."""
    ours = {*seldon_labels(secret.kind or ""), format_label.key}
    labels = {key: value for key, value in secret.labels.items() if key not in ours and not _is_tool_key(key)}
    annotations = {key: value for key, value in secret.annotations.items() if not _is_tool_key(key)}
    metadata = {"labels": labels, "annotations": annotations}
    return {name: mapping for name, mapping in metadata.items() if mapping}


def _reloader(kind: str, secret: LiveSecret) -> dict[str, bool]:
    """The setting for a bucket whose annotations keep Reloader away, which the stack may turn on for all buckets."""
    return {"reloader": False} if kind == "buckets" and any(contradictions(secret.annotations)) else {}


def _is_tool_key(key: str) -> bool:
    return key.startswith(_TOOL_KEYS)


def _mismatch(
    entry: Entry,
    secret: LiveSecret,
    data_format: str | None,
    format_label: FormatLabel,
    targets: Sequence[str],
) -> str | None:
    """Why a typed entry does not write the Secret; None if it does."""
    if entry.kind == "buckets":
        name = FORMATS[data_format or ENV_VAR.name].secret_name(entry.settings["remote"])
        if name != secret.name:
            return f"it has a custom name; a typed entry would name it {name}"
    try:
        [expanded] = _expanded(entry, secret, format_label, targets)
    except InvalidArguments as invalid:
        return f"a typed entry rejects it: {rule_within_entry(invalid.problems[0])}"
    return difference(expanded.data, secret, data_format)


def rule_within_entry(problem: Problem) -> str:
    """The problem without the path of the entry, which does not exist yet."""
    argument = problem.argument.partition(".")[2]
    return f"{argument} {problem.rule}" if argument else problem.rule


def _expanded(
    entry: Entry, secret: LiveSecret, format_label: FormatLabel, targets: Sequence[str] = ()
) -> list[DeclaredSecret]:
    settings = {"targets": list(targets), entry.kind: [{**entry.settings, "namespaces": [secret.namespace]}]}
    return declared_secrets(settings, Path(), format_label)


def _typed_settings(secret: LiveSecret, data_format: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """The typed entries that a person might write for the Secret, the plainest first."""
    if secret.kind == "registry":
        yield from (("registries", settings) for settings in _registry_settings(secret))
        return
    remote = secret.content.described
    if remote is not None:
        settings = _bucket_settings(data_format or ENV_VAR.name, remote)
        if _may_be_anonymous(settings):
            yield "buckets", settings | {"anonymous": True}
        yield "buckets", settings
    elif secret.content.format is not None:
        return  # several remotes, or a broken one: not the variables of a custom storage initializer
    elif (name := remote_in_name(secret.name)) is not None and data_format == ENV_VAR.name:
        yield "buckets", {"remote": name, "type": INITIALIZER, "env": dict(secret.text)}


def _may_be_anonymous(settings: Mapping[str, Any]) -> bool:
    """Whether the lack of any typed login may mean anonymous access, which is not an option of rclone."""
    try:
        kind = bucket_kind(settings["type"])
    except InvalidArguments:  # the entry's own check reports the type
        return False
    logins = {*map(setting, (*kind.credentials, *kind.identifiers)), "envAuth", "anonymous"}
    return "anonymous" in kind.model.model_fields and logins.isdisjoint(settings)


def _registry_settings(secret: LiveSecret) -> Iterator[dict[str, Any]]:
    text = secret.text.get(DOCKER_CONFIG_KEY, "")
    try:
        logins = docker_config.read(text).auths
    except ValueError:
        logins = {}
    if len(logins) == 1:
        [(server, login)] = logins.items()
        username, password = docker_config.credentials(login)
        email = {"email": login["email"]} if "email" in login else {}
        yield {"name": secret.name, "server": server, "username": username, "password": password, **email}
    yield {"name": secret.name, "dockerConfigJson": text}


def _bucket_settings(data_format: str, remote: Remote) -> dict[str, Any]:
    settings: dict[str, Any] = {"remote": remote.name, "type": remote.type, "formats": [data_format]}
    try:
        rclone_backend = backend(remote.type)
    except InvalidArguments:  # the entry's own check reports the type
        return settings | {"parameters": dict(remote.parameters)}
    kind = bucket_kind(rclone_backend.name)
    settings["type"] = kind.type or rclone_backend.name
    preset = answers(rclone_backend.name, {})
    options = {name: value for name, value in remote.parameters.items() if name not in preset}
    if kind.type and issubclass(kind.model, RcloneBucket):
        return settings | _argument_settings(kind.model, options)
    passwords = {name for name, option in rclone_backend.options.items() if option.password}
    return settings | {"parameters": options} | ({"obscured": True} if passwords & options.keys() else {})


def _argument_settings(model: type[RcloneBucket], options: Mapping[str, str]) -> dict[str, Any]:
    """Options of a typed backend as its settings, without those that have their default value."""
    arguments = {option: argument for argument, option in model.options.items()}
    settings: dict[str, Any] = {}
    for option, text in options.items():
        if (argument := arguments.get(option)) is None:
            settings.setdefault("parameters", {})[option] = text
        elif (value := _argument_value(model, argument, text)) != model.model_fields[argument].default:
            settings[setting(argument)] = value
    return settings


def _argument_value(model: type[Bucket], argument: str, text: str) -> str | bool:
    annotation = model.model_fields[argument].annotation
    if bool in (annotation, *get_args(annotation)):
        return {"true": True, "false": False}.get(text, text)
    return text
