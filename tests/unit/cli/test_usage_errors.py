"""What is wrong with a command line is one line on standard error, with exit code 2."""

from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from seldon_secrets_pulumi.cli.app import app
from tests.support.terminal import on_terminal


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("lisst", "no such command 'lisst'; did you mean 'list'? (see seldon-secrets --help)"),
        ("bogus", "no such command 'bogus' (see seldon-secrets --help)"),
        ("list --outputt json", "no such option: --outputt; did you mean --output? (see seldon-secrets list --help)"),
        ("list --bogus", "no such option: --bogus (see seldon-secrets list --help)"),
        ("list --for cor2", "'cor2' is none of its values; did you mean core2 or core1?"),
        ("list --for x", "'x' is none of its values; valid are batch, core1, core2, reference, runtime"),
        ("list --format envvar", "'envvar' is none of its values; did you mean env_var?"),
        ("list -o jsn", "invalid value for '--output' / '-o': 'jsn' is none of its values; did you mean json?"),
        ("list --type regisrty", "did you mean registry?"),
        ("list --type webdab", "did you mean webdav?"),
        ("list --type zzzzz", "neither bucket, registry nor a type of rclone"),
        ("doctor -o sarfi", "did you mean sarif?"),
        ("doctor --probe-timeout x", "invalid value for '--probe-timeout'"),
        ("doctor --probe-path x", "must be REMOTE=PATH"),
        ("list -n", "requires an argument"),
        ("list extra", "unexpected extra argument"),
        ("list --manifests /nonexistent", "does not exist"),
        ("calibrate --format-label =", "--format-label"),
    ],
)  # fmt: skip
def test_one_line(line: str, message: str) -> None:
    result = CliRunner().invoke(app, line.split())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert result.stderr.startswith("seldon-secrets: ")
    assert result.stderr.endswith(" --help)\n")
    assert result.stderr.count("\n") == 1


def test_on_a_terminal_it_is_the_same_line() -> None:
    code, out, err = on_terminal("list", "--for", "cor2", columns=40)
    assert (code, out) == (2, "")
    assert err.startswith("seldon-secrets: invalid value for '--for'")
    assert err.count("\n") == 1
    assert "\x1b" not in err


@pytest.mark.parametrize("content", ["[]", "5", "a: b: c", "{}", "contexts: 5", None])
def test_a_kubeconfig_that_is_none(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "kubeconfig"
    file.mkdir() if content is None else file.write_text(content)
    code, out, err = on_terminal("list", variables={"KUBECONFIG": str(file)})
    assert (code, out) == (2, "")
    assert err.startswith("seldon-secrets: no cluster: ")
    assert err.count("\n") == 1


def test_no_command_gets_help() -> None:
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0
    assert "doctor" in result.stdout


def test_help_has_examples() -> None:
    for command in get_command(app).commands:  # type: ignore[attr-defined]
        result = CliRunner().invoke(app, [command, "--help"])
        assert result.exit_code == 0
        assert f"seldon-secrets {command}" in result.stdout
