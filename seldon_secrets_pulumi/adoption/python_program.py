"""A Pulumi program in Python that declares what was found, with every credential in the stack's configuration."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from seldon_secrets_pulumi.adoption.exclusions import LAST_APPLIED
from seldon_secrets_pulumi.adoption.plan import NewEntry, Plan, StackBefore
from seldon_secrets_pulumi.adoption.run import DONE, PARTLY, read_plan
from seldon_secrets_pulumi.inventory.source import Source
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.stack.entry import entry_kind, fields
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret
from seldon_secrets_pulumi.stack.file_editor import SettingPath, secret_paths

_WIDTH = 88  # the formatter's own default
_INDENT = "    "


class _Code(str):
    """An expression, where any other text stands for itself."""

    __slots__ = ()


def print_program(source: Source, format_label: FormatLabel) -> int:
    """Print the program for the Secrets of a cluster, and on standard error what is not in it; the exit code."""
    nothing = StackBefore({}, Path(), format_label, frozenset(), frozenset())
    planned = read_plan(source, nothing)
    if planned.entries:
        typer.echo(program(planned, format_label), nl=False)
    else:
        typer.echo("seldon-secrets: nothing to import", err=True)
    for name, reason in planned.left_out.items():
        typer.echo(f"seldon-secrets: left out {name}: {reason}", err=True)
    source.check_complete()
    return PARTLY if planned.left_out else DONE


def program(planned: Plan, format_label: FormatLabel) -> str:
    """The program's text."""
    declared = {str(it.live): it.declared for it in planned.adoptions}
    names: dict[str, None] = {}
    blocks = [_block(entry, declared[entry.secrets[0]], names) for entry in planned.entries]
    components = {component for component, _ in blocks}
    return "\n".join(
        [
            '"""The storage and registry credentials of Seldon that were on the cluster already."""',
            "",
            *_comments(names, format_label),
            *_before_the_first_update(planned),
            "",
            *_imports(components),
            "",
            "config = pulumi.Config()",
            *(line for _, block in blocks for line in ("", *block)),
            "",
        ]
    )


def _comments(names: Iterable[str], format_label: FormatLabel) -> Iterator[str]:
    yield "# So that a rotated credential updates its Secret in place:"
    yield "#   pulumi config set kubernetes:enableSecretMutable true"
    yield "# So that a Kubernetes provider from 4.29 on takes over what is there, as older ones do:"
    yield "#   pulumi config set kubernetes:upsertExistingObjects true"
    for setting, part in FORMAT_LABEL_SETTINGS.items():
        if (value := getattr(format_label, part)) != getattr(FormatLabel(), part):
            yield f"#   pulumi config set seldon-secrets:{setting} {value}"
    yield "# Each of these asks for its value, and encrypts it:"
    yield from (f"#   pulumi config set --secret {name}" for name in names)


def _before_the_first_update(planned: Plan) -> Iterator[str]:
    copies = [it.live for it in planned.adoptions if LAST_APPLIED in it.live.annotations]
    if copies:
        yield "# kubectl keeps a copy of the credentials in an annotation, and the state annotations in"
        yield "# plain text. These remove it; run them before the first update:"
    for live in copies:
        where = f"--namespace {live.namespace} {live.name}"
        yield f"#   kubectl annotate secret {where} {LAST_APPLIED}-"
    yield "# When a credential is rotated for the first time, Kubernetes asks whose the field is:"
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
        yield from (f"    {it}," for it in ours)
        yield ")"


def _block(entry: NewEntry, declared: DeclaredSecret, names: dict[str, None]) -> tuple[str, list[str]]:
    """The name of the class, and the lines that make one of it in every namespace."""
    namespaces = entry.settings["namespaces"]
    several = len(namespaces) > 1
    namespace = _Code("namespace") if several else namespaces[0]
    secrets = {path: _require(entry, path, names) for path in secret_paths(entry)}
    values = _values(entry.settings, secrets)
    name = _Code(f'f"{{namespace}}-{entry.name}"') if several else f"{namespaces[0]}-{entry.name}"
    if entry.kind == "secrets":
        component, arguments = "Secret", _secret(declared, namespace, values["data"])
    else:
        kind = entry_kind(entry.kind, entry.settings)
        component = kind.component
        known = fields(kind.model)
        args = {known[it]: value for it, value in values.items() if it in known}
        arguments = {"": {**args, "namespace": namespace}}
    depth = 1 if several else 0
    loop = ["for namespace in (", *(f"{_INDENT}{_inline(it)}," for it in namespaces), "):"]
    return component, [*(loop if several else []), *_call(component, name, arguments, depth)]


def _secret(declared: DeclaredSecret, namespace: str, data: Any) -> dict[str, Any]:
    metadata = {"name": declared.name, "namespace": namespace, "labels": dict(declared.labels)}
    annotations = {"annotations": dict(declared.annotations)} if declared.annotations else {}
    return {"metadata": {**metadata, **annotations}, "type": declared.type, "string_data": data}


def _call(component: str, name: str, arguments: Mapping[str, Any], depth: int) -> Iterator[str]:
    indent = _INDENT * depth
    yield f"{indent}{component}("
    yield f"{indent}{_INDENT}{_inline(name)},"
    for keyword, value in arguments.items():
        yield from _lines(f"{keyword}=" if keyword else "", value, depth + 1)
    yield f"{indent})"


def _lines(before: str, value: Any, depth: int) -> Iterator[str]:
    """A value as the formatter would write it, every mapping with a line for each of its items."""
    start = f"{_INDENT * depth}{before}"
    if isinstance(value, Mapping) and value:
        yield f"{start}{{"
        for name, it in value.items():
            yield from _lines(f"{_inline(name)}: ", it, depth + 1)
        yield f"{_INDENT * depth}}},"
    elif isinstance(value, _Code) and "(" in value and len(f"{start}{value},") > _WIDTH:
        function, _, argument = value.removesuffix(")").partition("(")
        yield from (f"{start}{function}(", f"{_INDENT * (depth + 1)}{argument}", f"{_INDENT * depth}),")
    else:
        yield f"{start}{_inline(value)},"


def _inline(value: Any) -> str:
    if isinstance(value, _Code):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    text = repr(value)
    # As the formatter has it: double quotes, unless they would have to be escaped.
    return f'"{text[1:-1]}"' if isinstance(value, str) and text[0] == "'" and '"' not in value else text


def _values(value: Any, secrets: Mapping[SettingPath, _Code], path: SettingPath = ()) -> Any:
    if path in secrets:
        return secrets[path]
    if isinstance(value, Mapping):
        return {name: _values(it, secrets, (*path, name)) for name, it in value.items()}
    return value


def _require(entry: NewEntry, path: SettingPath, names: dict[str, None]) -> _Code:
    """The expression that reads one credential, under a name that no other has."""
    words = [entry.name, *path]
    # `data` says nothing, and what rclone's variables all start with neither.
    words = [
        re.sub(r"^RCLONE_CONFIG_[^_]+_", "", it) for it in words if it not in {"data", "parameters", "env"}
    ]
    name = _camel(words)
    if name in names:
        name = _camel([entry.settings["namespaces"][0], *words])
    candidate, number = name, 2
    while candidate in names:
        candidate, number = f"{name}{number}", number + 1
    names[candidate] = None
    return _Code(f'config.require_secret("{candidate}")')


def _camel(words: Iterable[str]) -> str:
    parts = [part for word in words for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+", word)]
    return "".join(
        part.lower() if not at else part[:1].upper() + part[1:].lower() for at, part in enumerate(parts)
    )
