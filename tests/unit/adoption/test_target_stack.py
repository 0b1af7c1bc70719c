"""The project that an import adds to, and the messages when Pulumi fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.adoption.adopt import import_file
from seldon_secrets_pulumi.adoption.target_stack import WrongProject, read_stack

PROGRAM = 'from seldon_secrets_pulumi.stack import SeldonSecrets\n\nSeldonSecrets("all")\n'
COMPONENT = "urn:pulumi:dev::project::seldon-secrets:index:SeldonSecrets::all"
RESOURCES = [
    {"type": "seldon-secrets:index:SeldonSecrets", "urn": COMPONENT},
    {"type": "kubernetes:core/v1:Secret", "urn": "x::ours", "id": "team/ours", "parent": COMPONENT},
    {"type": "kubernetes:core/v1:Secret", "urn": "x::theirs", "id": "team/theirs", "parent": "another"},
]


class Engine:
    """Answers as pulumi does."""

    def __init__(self, config: Any, resources: list[dict[str, str]]) -> None:
        self.answers = {
            ("stack", "--show-name"): "dev\n",
            ("config", "--show-secrets", "--json", "--stack", "dev"): json.dumps(config),
            ("stack", "export", "--stack", "dev"): json.dumps({"deployment": {"resources": resources}}),
        }

    def run(self, *arguments: str) -> str:
        return self.answers[arguments]


def stack_of(folder: Path, config: Any = None, resources: Any = ()) -> Any:
    engine: Any = Engine(config or {}, resources)
    return read_stack(engine, folder, None)


def test_the_program_says_what_its_component_is_called(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: project\nmain: program/\nstackConfigDir: stacks\n")
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "__main__.py").write_text(PROGRAM)
    config = {
        "kubernetes:context": {"value": "prod", "secret": False},
        "seldon-secrets:formatLabelKey": {"value": "format", "secret": False},
        "seldon-secrets:namespaces": {"value": '["team"]', "objectValue": ["team"], "secret": False},
    }
    found = stack_of(tmp_path, config, RESOURCES)
    assert (found.component, found.component_urn) == ("all", COMPONENT)
    assert found.file == tmp_path / "stacks" / "Pulumi.dev.yaml"
    assert (found.provider.context, found.provider.updates_in_place) == ("prod", None)
    assert (found.has.settings, found.has.format_label.key) == ({"namespaces": ["team"]}, "format")
    assert (found.has.state, found.has.elsewhere) == ({"team/ours"}, {"team/theirs"})
    file = import_file(found, ["team/x"])
    assert file["nameTable"] == {"all": COMPONENT}
    assert [(it["name"], it["parent"]) for it in file["resources"]] == [("team/x", "all")]


def test_without_the_component_it_is_imported_too(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: project\n")
    (tmp_path / "__main__.py").write_text(PROGRAM.replace("SeldonSecrets(", "stack.SeldonSecrets("))
    component, secret = import_file(stack_of(tmp_path), ["team/x"])["resources"]
    assert (component["name"], component["component"]) == ("all", True)
    assert (secret["id"], secret["parent"]) == ("team/x", "all")


@pytest.mark.parametrize("program", [None, "import pulumi\n", "SeldonSecrets(name)\n", "def\n"])
def test_another_project_is_told_what_else_there_is(tmp_path: Path, program: str | None) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: project\n")
    if program:
        (tmp_path / "__main__.py").write_text(program)
    with pytest.raises(WrongProject, match="--to python") as raised:
        stack_of(tmp_path)
    assert "\n" not in str(raised.value)
