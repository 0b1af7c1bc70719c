"""The stack that an import adds to: its project, its settings, its state and its cluster."""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.adoption.plan import StackBefore
from seldon_secrets_pulumi.automation.project import project_file
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS, parse_format_label
from seldon_secrets_pulumi.resource_types import SECRET, SELDON_SECRETS
from seldon_secrets_pulumi.stack.file_reader import settings_in

if TYPE_CHECKING:
    from seldon_secrets_pulumi.automation.project import Project


class WrongProject(Exception):  # noqa: N818 - it is shown as a sentence
    """Why the project's stacks can't hold entries, in one line."""


@dataclass(frozen=True)
class Provider:
    """How the stack's provider finds its cluster."""

    context: str | None
    kubeconfig: str | None = field(repr=False)
    updates_in_place: bool | None
    """None where the stack does not say."""


@dataclass(frozen=True)
class StackOfProject:
    """A stack as it is before the import. `component` is the name of its `SeldonSecrets`."""

    name: str
    file: Path
    component: str
    component_urn: str | None
    provider: Provider
    has: StackBefore


def read_stack(project: "Project", folder: Path, name: str | None) -> StackOfProject:
    """The stack of that name, or the selected one. Raises `WrongProject`, `StackError` or `InvalidArguments`."""
    project_settings = _project(folder)
    component = _component(folder / str(project_settings.get("main") or ""), folder)
    name = name or project.run("stack", "--show-name").strip()
    config = project.run("config", "--show-secrets", "--json", "--stack", name)
    given = settings_in(config)
    exported = json.loads(project.run("stack", "export", "--stack", name))
    resources = (exported.get("deployment") or {}).get("resources") or []
    urns = [it["urn"] for it in resources if it["type"] == SELDON_SECRETS]
    urn = next((it for it in urns if it.endswith(f"::{component}")), None)
    adopted = {it["id"]: it.get("parent") == urn for it in resources if it["type"] == SECRET and it.get("id")}
    return StackOfProject(
        name=name,
        file=_config_folder(folder, project_settings) / f"Pulumi.{name.rpartition('/')[2]}.yaml",
        component=component,
        component_urn=urn,
        provider=_provider(json.loads(config)),
        has=StackBefore(
            settings={name: it for name, it in given.items() if name not in FORMAT_LABEL_SETTINGS},
            folder=folder.resolve(),
            format_label=parse_format_label(given),
            state=frozenset(name for name, ours in adopted.items() if ours),
            elsewhere=frozenset(name for name, ours in adopted.items() if not ours),
        ),
    )


def _project(folder: Path) -> Mapping[str, Any]:
    import yaml

    file = project_file(folder)
    content = yaml.safe_load(file.read_text(encoding="utf-8")) if file else None
    return content if isinstance(content, dict) else {}


def _config_folder(folder: Path, project: Mapping[str, Any]) -> Path:
    # pulumi `sdk/go/common/workspace/project.go`: `config` was its name before it could hold settings.
    given = project.get("stackConfigDir") or project.get("config")
    return folder / given if isinstance(given, str) else folder


def _component(program: Path, folder: Path) -> str:
    """The name that the program gives its `SeldonSecrets`."""
    file = program / "__main__.py" if program.is_dir() else program
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        tree = ast.Module([], [])
    for name in _components(tree):
        return name
    raise WrongProject(
        f"the program of {folder.resolve()} declares nothing from its configuration (it makes no SeldonSecrets, see"
        " docs/stack.md); --to python prints components for it instead"
    )


def _components(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id="SeldonSecrets") | ast.Attribute(attr="SeldonSecrets"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def _provider(config: Mapping[str, Any]) -> Provider:
    given = {name: it.get("value") for name, it in config.items() if name.startswith("kubernetes:")}
    mutable = given.get("kubernetes:enableSecretMutable")
    return Provider(
        context=given.get("kubernetes:context"),
        kubeconfig=given.get("kubernetes:kubeconfig"),
        updates_in_place=str(mutable).lower() == "true" if mutable is not None else None,
    )
