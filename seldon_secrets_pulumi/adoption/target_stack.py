"""The stack that adopts Secrets: its file, its component, its state and its cluster."""

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.adoption.plan import StackContents
from seldon_secrets_pulumi.automation.project import project_file
from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS, parse_format_label
from seldon_secrets_pulumi.model.stack_annotations import stack_annotations
from seldon_secrets_pulumi.resource_types import SECRET, SELDON_SECRETS
from seldon_secrets_pulumi.stack.file_editor import StackFile
from seldon_secrets_pulumi.stack.file_reader import settings_in

if TYPE_CHECKING:
    from seldon_secrets_pulumi.automation.project import Project

_CONTEXT, _KUBECONFIG = "kubernetes:context", "kubernetes:kubeconfig"
_UPDATE_IN_PLACE = "kubernetes:enableSecretMutable"

Resources = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class TargetStack:
    """A stack before the adoption."""

    project: "Project"
    name: str
    file: StackFile
    component: str
    """The name of the program's `SeldonSecrets`."""
    component_urn: str | None
    """The component's URN; None before the stack's first update."""
    context: str | None
    """The kubeconfig's context; None for the current one."""
    kubeconfig: str | None = field(repr=False)
    contents: StackContents
    annotations: Mapping[str, str]
    """The annotations that name the stack in its Secrets."""

    @cached_property
    def cluster(self) -> Cluster:
        """The cluster of the stack's provider. Raises `ClusterError`."""
        return Cluster(self.context, self.kubeconfig)


def read_stack(
    project: "Project", folder: Path, name: str | None = None, context: str | None = None
) -> TargetStack:
    """The stack of this name, or the selected one. A stack without a context gets `context`.

    Raises `UsageError` if the stack can't adopt Secrets, `InvalidArguments` if its settings are invalid,
    `UnusableFile`, `StackError` or `StoppedError`.
    """
    name = name or project.run("stack", "--show-name").strip()
    config = project.run("config", "--show-secrets", "--json", "--stack", name)
    state = json.loads(project.run("stack", "export", "--stack", name))
    resources = (state.get("deployment") or {}).get("resources") or []
    project_settings = _project_settings(folder)
    component, urn = _component(resources, folder / str(project_settings.get("main") or ""))
    provider = _provider_settings(json.loads(config))
    file = _config_folder(folder, project_settings) / f"Pulumi.{name.rpartition('/')[2]}.yaml"
    missing_settings = _missing_settings(name, provider, context)
    settings = settings_in(config, project=str(project_settings.get("name")))
    contents = _contents(settings, folder.resolve(), resources, urn, missing_settings)
    return TargetStack(
        project=project,
        name=name,
        file=StackFile(file, contents.settings),
        component=component,
        component_urn=urn,
        context=provider.get(_CONTEXT) or context,
        kubeconfig=provider.get(_KUBECONFIG),
        contents=contents,
        annotations=stack_annotations(str(project_settings.get("name")), name.rpartition("/")[2]),
    )


def _contents(
    settings: Mapping[str, Any],
    folder: Path,
    resources: Resources,
    urn: str | None,
    missing_settings: Mapping[str, str],
) -> StackContents:
    parents = {
        resource["id"]: resource.get("parent")
        for resource in resources
        if resource["type"] == SECRET and resource.get("id")
    }
    ours = frozenset(name for name, parent in parents.items() if urn and parent == urn)
    return StackContents(
        format_label=parse_format_label(settings),
        settings={name: value for name, value in settings.items() if name not in FORMAT_LABEL_SETTINGS},
        folder=folder,
        in_state=ours,
        declared_elsewhere=frozenset(parents) - ours,
        missing_settings=missing_settings,
    )


def _project_settings(folder: Path) -> Mapping[str, Any]:
    import yaml

    file = project_file(folder)
    settings = yaml.safe_load(file.read_text(encoding="utf-8")) if file else None
    return settings if isinstance(settings, dict) else {}


def _config_folder(folder: Path, project_settings: Mapping[str, Any]) -> Path:
    # `config` was the name of `stackConfigDir` before it could hold settings (pulumi
    # `sdk/go/common/workspace/project.go`).
    name = project_settings.get("stackConfigDir") or project_settings.get("config")
    return folder / name if isinstance(name, str) else folder


def _component(resources: Resources, program: Path) -> tuple[str, str | None]:
    """The name and the URN of the `SeldonSecrets`, from the state if it has exactly one."""
    urns = list({resource["urn"]: None for resource in resources if resource["type"] == SELDON_SECRETS})
    if len(urns) == 1:
        return _name_in(urns[0]), urns[0]
    name = _component_in_program(program)
    return name, next((urn for urn in urns if _name_in(urn) == name), None)


def _name_in(urn: str) -> str:
    return urn.rpartition("::")[2]


def _component_in_program(program: Path) -> str:
    """The name of the first `SeldonSecrets("name")` in a program.

    Only a stack that was never updated needs this: its state does not have the name yet, and the imported Secrets must
    have the parent that the program will give them. Reading the program instead of previewing it neither runs it nor
    depends on settings that the adoption is about to add.
    """
    file = program / "__main__.py" if program.is_dir() else program
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        tree = ast.Module([], [])
    for name in _literal_component_names(tree):
        return name
    raise UsageError(
        f'{file} has no SeldonSecrets("name"), so that the stack can\'t have entries (see docs/stack.md). If the program'
        " creates SeldonSecrets in another way, run `pulumi up` once before the import. For your own program, --to python"
        " prints components instead"
    )


def _literal_component_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id="SeldonSecrets") | ast.Attribute(attr="SeldonSecrets"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def _provider_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the stack's Kubernetes provider."""
    return {name: entry.get("value") for name, entry in config.items() if name.startswith("kubernetes:")}


def _missing_settings(stack: str, provider: Mapping[str, Any], context: str | None) -> dict[str, str]:
    """The cluster that the Secrets come from, and updates that don't delete a Secret first."""
    own_context = provider.get(_CONTEXT)
    if context and own_context and context != own_context:
        raise UsageError(f"the stack {stack} uses the context {own_context} ({_CONTEXT}), not {context}")
    settings = {} if own_context or not context else {_CONTEXT: context}
    return settings if provider.get(_UPDATE_IN_PLACE) is not None else {**settings, _UPDATE_IN_PLACE: "true"}
