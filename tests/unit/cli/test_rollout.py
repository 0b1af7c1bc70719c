"""The command that continues a rollout, and what the command refuses before anything is touched."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from seldon_secrets_pulumi.cli.app import app
from seldon_secrets_pulumi.cli.continuing import continuing_command


def context(*arguments: str) -> typer.Context:
    group = typer.main.get_command(app)
    parent = group.make_context("seldon-secrets", ["rollout"], resilient_parsing=True)
    command = group.commands["rollout"]  # type: ignore[attr-defined]
    made: typer.Context = command.make_context("rollout", list(arguments), parent=parent)
    return made


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (("--yes", "--cwd", "my project"), " --yes --cwd 'my project'"),
        (("--until", "us", "-y", "--allow-delete"), " --yes --allow-delete"),
        (("--preview", "--json"), " --dry-run --json"),
        (("--dry-run", "-o", "json"), " --dry-run --output json"),
        (("--parallel", "--refresh", "--allow-replace"), " --parallel --refresh --allow-replace"),
        ((), ""),
    ],
)
def test_a_rollout_continues_with_the_same_options(
    arguments: tuple[str, ...], options: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my project").mkdir()
    monkeypatch.chdir(tmp_path)
    command = continuing_command(context("dev,qa", "eu,us", *arguments), ["qa", "eu,us"], without={"until"})
    assert command == f"seldon-secrets rollout qa eu,us{options}"


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        (("dev,", "dev"), ["a group must be names separated by commas", "dev is listed twice"]),
        (("dev",), ["no terminal to ask for confirmation; add --yes, or --dry-run to change nothing"]),
        (("dev", "-o", "json"), ["no terminal to ask for confirmation"]),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], problems: list[str]) -> None:
    result = CliRunner().invoke(app, ["rollout", *arguments, *(("--yes",) if "," in arguments[0] else ())])
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        assert line.startswith("seldon-secrets: ")
        assert problem in line
