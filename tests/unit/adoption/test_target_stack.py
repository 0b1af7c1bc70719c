"""What an adoption reads about the stack: its component, its settings, its Secrets and its cluster."""

import json
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.adoption.adopt import resources_to_import
from seldon_secrets_pulumi.adoption.target_stack import TargetStack, read_stack
from seldon_secrets_pulumi.errors import ExitCode, UsageError
from seldon_secrets_pulumi.problem import InvalidArguments

PROGRAM = 'from seldon_secrets_pulumi.stack import SeldonSecrets\n\nSeldonSecrets("all")\n'
URN_PREFIX = "urn:pulumi:dev::project::seldon-secrets:index:SeldonSecrets::"
COMPONENT = {"type": "seldon-secrets:index:SeldonSecrets", "urn": f"{URN_PREFIX}all"}
RESOURCES = [
    COMPONENT,
    {"type": "kubernetes:core/v1:Secret", "urn": "x::ours", "id": "team/ours", "parent": COMPONENT["urn"]},
    {"type": "kubernetes:core/v1:Secret", "urn": "x::theirs", "id": "team/theirs", "parent": "another"},
]


class FakeProject:
    """Answers as pulumi does."""

    def __init__(self, config: Any, resources: list[dict[str, str]]) -> None:
        self.answers = {
            ("stack", "--show-name"): "dev\n",
            ("config", "--show-secrets", "--json", "--stack", "dev"): json.dumps(config),
            ("stack", "export", "--stack", "dev"): json.dumps({"deployment": {"resources": resources}}),
        }

    def run(self, *arguments: str) -> str:
        return self.answers[arguments]


def stack_in(
    folder: Path, config: Any = None, resources: Any = (), context: str | None = None
) -> TargetStack:
    project: Any = FakeProject(config or {}, list(resources))
    return read_stack(project, folder, context=context)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: project\n")
    return tmp_path


def test_settings_and_secrets_of_the_stack(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: project\nmain: program/\nstackConfigDir: stacks\n")
    config = {
        "kubernetes:context": {"value": "prod", "secret": False},
        "seldon-secrets:formatLabelKey": {"value": "format", "secret": False},
        "seldon-secrets:namespaces": {"value": '["team"]', "objectValue": ["team"], "secret": False},
    }
    stack = stack_in(tmp_path, config, RESOURCES)
    assert stack.file.path == tmp_path / "stacks" / "Pulumi.dev.yaml"
    assert stack.context == "prod"
    contents = stack.contents
    assert (contents.settings, contents.format_label.key) == ({"namespaces": ["team"]}, "format")
    assert contents.in_state == {"team/ours"}
    assert contents.declared_elsewhere == {"team/theirs"}
    assert contents.missing_settings == {"kubernetes:enableSecretMutable": "true"}


def test_the_state_names_the_component_whatever_the_program_looks_like(folder: Path) -> None:
    (folder / "__main__.py").write_text("SeldonSecrets(name)\n")
    stack = stack_in(folder, resources=RESOURCES)
    assert (stack.component, stack.component_urn) == ("all", COMPONENT["urn"])
    resources, urns = resources_to_import(stack, ["team/x"])
    assert urns == {"all": COMPONENT["urn"]}
    assert [(resource["name"], resource["parent"]) for resource in resources] == [("team/x", "all")]


def test_before_the_first_update_the_program_names_the_component(folder: Path) -> None:
    (folder / "__main__.py").write_text(PROGRAM.replace("SeldonSecrets(", "stack.SeldonSecrets("))
    (component, secret), urns = resources_to_import(stack_in(folder), ["team/x"])
    assert (component["name"], component["component"]) == ("all", True)
    assert (secret["id"], secret["parent"], urns) == ("team/x", "all", {})


def test_a_secret_without_a_parent_is_not_the_components(folder: Path) -> None:
    (folder / "__main__.py").write_text(PROGRAM)
    secret = {"type": "kubernetes:core/v1:Secret", "urn": "x::theirs", "id": "team/theirs"}
    assert stack_in(folder, resources=[secret]).contents.declared_elsewhere == {"team/theirs"}


def test_the_program_decides_between_two_components_of_the_state(folder: Path) -> None:
    (folder / "__main__.py").write_text(PROGRAM)
    other = COMPONENT | {"urn": f"{URN_PREFIX}other"}
    stack = stack_in(folder, resources=[other, *RESOURCES])
    assert (stack.component, stack.component_urn) == ("all", COMPONENT["urn"])


def test_the_provider_finds_the_version_that_the_sdk_asks_for(folder: Path) -> None:
    from pulumi_kubernetes import _utilities

    [secret], _ = resources_to_import(stack_in(folder, resources=RESOURCES), ["team/x"])
    assert secret["version"] == _utilities.get_version()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("program", [None, "import pulumi\n", "SeldonSecrets(name)\n", "def\n"])
def test_without_a_component_the_error_names_the_alternatives(folder: Path, program: str | None) -> None:
    if program:
        (folder / "__main__.py").write_text(program)
    with pytest.raises(UsageError, match=r"run `pulumi up` once .* --to python") as raised:
        stack_in(folder)
    assert "\n" not in str(raised.value)


def test_a_stack_without_a_context_gets_the_one_of_the_command(folder: Path) -> None:
    config = {"kubernetes:enableSecretMutable": {"value": "false", "secret": False}}
    stack = stack_in(folder, config, RESOURCES, context="dev")
    assert (stack.context, stack.contents.missing_settings) == ("dev", {"kubernetes:context": "dev"})


def test_another_context_than_the_stacks_is_a_usage_error(folder: Path) -> None:
    config = {"kubernetes:context": {"value": "prod", "secret": False}}
    with pytest.raises(UsageError, match=r"^the stack dev uses the context prod .*, not dev$") as raised:
        stack_in(folder, config, RESOURCES, context="dev")
    assert raised.value.exit_code is ExitCode.NO_ANSWER
    stack = stack_in(folder, config, RESOURCES, context="prod")
    assert stack.contents.missing_settings == {"kubernetes:enableSecretMutable": "true"}


def test_no_kubeconfig_in_the_representation(folder: Path) -> None:
    config = {"kubernetes:kubeconfig": {"value": "token: canary", "secret": True}}
    stack = stack_in(folder, config, RESOURCES)
    assert stack.kubeconfig == "token: canary"
    assert "canary" not in repr(stack)


@pytest.mark.parametrize("value", ["{}", "1", "null"])
def test_a_list_of_entries_that_is_no_list_is_an_invalid_argument(folder: Path, value: str) -> None:
    config = {"seldon-secrets:buckets": {"value": value, "objectValue": json.loads(value), "secret": False}}
    contents = stack_in(folder, config, RESOURCES).contents
    with pytest.raises(InvalidArguments, match="buckets: must be a list"):
        contents.declared()
