"""A Pulumi program in Python that declares existing Secrets. It reads every credential from the stack's configuration."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from seldon_secrets_pulumi.adoption.plan import Plan
from seldon_secrets_pulumi.adoption.planned_entry import PlannedEntry
from seldon_secrets_pulumi.adoption.python_source import INDENT, Expression, call_lines, inline
from seldon_secrets_pulumi.adoption.skip_reasons import LAST_APPLIED
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.stack.entry import entry_kind, fields
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret
from seldon_secrets_pulumi.stack.file_editor import SettingPath, credential_values

# Parts of a credential's place that say nothing about it.
_GENERIC_WORDS = frozenset({"data", "env", "parameters"})
_RCLONE_PREFIX = re.compile(r"^RCLONE_CONFIG_[^_]+_")

SettingNames = Mapping[SettingPath, str]
"""The setting that the program reads each credential of an entry from, by the credential's place."""


def python_program(plan: Plan, format_label: FormatLabel) -> str:
    """The program's source."""
    declared = {adoption.name: adoption.declared for adoption in plan.adoptions}
    names = credential_settings(plan.entries)
    blocks = [
        _block(entry, declared[entry.secrets[0]], entry_names)
        for entry, entry_names in zip(plan.entries, names, strict=True)
    ]
    every_name = [name for entry_names in names for name in entry_names.values()]
    lines = [
        '"""Seldon\'s storage and registry credentials, adopted from the cluster."""',
        "",
        *_comments(every_name, format_label),
        *_manual_steps(plan),
        "",
        *_imports({component for component, _ in blocks}),
        "",
        "config = pulumi.Config()",
        *(line for _, block in blocks for line in ("", *block)),
        "",
    ]
    return "\n".join(lines)


def credential_settings(entries: Iterable[PlannedEntry]) -> Sequence[SettingNames]:
    """The names of the settings for each entry's credentials. No two credentials share a setting."""
    used: set[str] = set()
    return [
        {path: _unused_name(entry, path, used) for path in credential_values(entry.kind, entry.settings)}
        for entry in entries
    ]


def _unused_name(entry: PlannedEntry, path: SettingPath, used: set[str]) -> str:
    words = [_RCLONE_PREFIX.sub("", word) for word in (entry.name, *path) if word not in _GENERIC_WORDS]
    name = _camel_case(words)
    if name in used:
        name = _camel_case([entry.namespaces[0], *words])
    candidate, number = name, 2
    while candidate in used:
        candidate, number = f"{name}{number}", number + 1
    used.add(candidate)
    return candidate


def _camel_case(words: Iterable[str]) -> str:
    parts: list[str] = [part for word in words for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+", word)]
    return parts[0].lower() + "".join(part.capitalize() for part in parts[1:])


def _comments(names: Iterable[str], format_label: FormatLabel) -> Iterator[str]:
    yield "# Lets a rotated credential update its Secret in place:"
    yield "#   pulumi config set kubernetes:enableSecretMutable true"
    yield "# Lets version 4.29 and later of the Kubernetes provider take over existing Secrets:"
    yield "#   pulumi config set kubernetes:upsertExistingObjects true"
    yield "# Remove the setting after the first update, because with it a renamed resource can delete its Secret:"
    yield "#   pulumi config rm kubernetes:upsertExistingObjects"
    for setting, part in FORMAT_LABEL_SETTINGS.items():
        if (value := getattr(format_label, part)) != getattr(FormatLabel(), part):
            yield f"#   pulumi config set seldon-secrets:{setting} {value}"
    yield "# Each of these commands prompts for a value and encrypts it:"
    yield from (f"#   pulumi config set --secret {name}" for name in names)


def _manual_steps(plan: Plan) -> Iterator[str]:
    secrets = [adoption.secret for adoption in plan.adoptions if LAST_APPLIED in adoption.secret.annotations]
    if secrets:
        yield "# kubectl keeps a copy of the credentials in an annotation, and Pulumi's state keeps"
        yield "# annotations in plain text. Before the first update, remove the copies:"
    for secret in secrets:
        target = f"--namespace {secret.namespace} {secret.name}"
        yield f"#   kubectl annotate secret {target} {LAST_APPLIED}-"
    yield "# When you rotate a credential for the first time, Kubernetes reports a conflict with the"
    yield "# client that created the Secret. Take over its fields:"
    yield "#   PULUMI_K8S_ENABLE_PATCH_FORCE=true pulumi up"


def _imports(components: set[str]) -> Iterator[str]:
    yield "import pulumi"
    if "Secret" in components:
        yield "from pulumi_kubernetes.core.v1 import Secret"
    ours = sorted(components - {"Secret"})
    if len(ours) == 1:
        yield f"from seldon_secrets_pulumi import {ours[0]}"
    elif ours:
        yield "from seldon_secrets_pulumi import ("
        yield from (f"{INDENT}{component}," for component in ours)
        yield ")"


def _block(entry: PlannedEntry, declared: DeclaredSecret, names: SettingNames) -> tuple[str, list[str]]:
    """The name of a class, and the lines that create its instance in every namespace."""
    namespace: Any = entry.namespaces[0]
    name: Any = f"{namespace}-{entry.name}"
    loop: list[str] = []
    if len(entry.namespaces) > 1:
        namespace, name = Expression("namespace"), Expression(f'f"{{namespace}}-{entry.name}"')
        loop = ["for namespace in (", *(f"{INDENT}{inline(each)}," for each in entry.namespaces), "):"]
    settings = _with_credentials_from_config(entry.settings, names)
    component, arguments = _arguments(entry, declared, namespace, settings)
    return component, [*loop, *call_lines(component, name, arguments, depth=1 if loop else 0)]


def _arguments(
    entry: PlannedEntry, declared: DeclaredSecret, namespace: Any, settings: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The class of an entry, and the arguments of its constructor after the name."""
    if entry.kind == "secrets":
        metadata = {"name": declared.name, "namespace": namespace, "labels": dict(declared.labels)}
        if declared.annotations:
            metadata["annotations"] = dict(declared.annotations)
        return "Secret", {"metadata": metadata, "type": declared.type, "string_data": settings["data"]}
    kind = entry_kind(entry.kind, entry.settings)
    arguments = fields(kind.model)
    values = {arguments[setting]: value for setting, value in settings.items() if setting in arguments}
    return kind.component, {"": {**values, "namespace": namespace}}


def _with_credentials_from_config(value: Any, names: SettingNames, path: SettingPath = ()) -> Any:
    if path in names:
        return Expression("config.require_secret", f'"{names[path]}"')
    if isinstance(value, Mapping):
        return {
            name: _with_credentials_from_config(nested, names, (*path, name))
            for name, nested in value.items()
        }
    return value
