"""Every error is one line on standard error, and no error shows a traceback with values."""

import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from seldon_secrets_pulumi.cli import main
from seldon_secrets_pulumi.cli.app import EXIT_CODES, app
from seldon_secrets_pulumi.inventory import source
from tests.support.canaries import CANARY
from tests.support.terminal import on_terminal


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("lisst", "no such command: lisst; did you mean list? (see seldon-secrets --help)"),
        ("bogus", "no such command: bogus; valid are calibrate, doctor, "),
        ("list --outputt json", "no such option: --outputt; did you mean --output? (see seldon-secrets list --help)"),
        ("list --bogus", "no such option: --bogus (see seldon-secrets list --help)"),
        ("list --for cor2", "'cor2'; did you mean core2 or core1?"),
        ("list --for x", "'x'; valid are batch, core1, core2, reference, runtime"),
        ("list --format envvar", "'envvar'; did you mean env_var?"),
        ("list -o jsn", "invalid value for '--output' / '-o': 'jsn'; did you mean json?"),
        ("list --type regisrty", "did you mean registry?"),
        ("list --type webdab", "did you mean webdav?"),
        ("list --type zzzzz", "'zzzzz' is not bucket, registry or a type of rclone"),
        ("doctor -o sarfi", "did you mean sarif?"),
        ("doctor --probe-timeout x", "invalid value for '--probe-timeout'"),
        ("doctor --probe-path x", "must be REMOTE=PATH"),
        ("list -n", "requires an argument"),
        ("--bogus list", "no such option: --bogus (see seldon-secrets --help)"),
        ("doctor --select", "requires an argument"),
        ("render /nonexistent", "/nonexistent"),
        ("--show-completion bsh", "invalid value for '--show-completion': 'bsh'; did you mean bash"),
        ("list extra", "unexpected extra argument"),
        ("list --manifests /nonexistent", "does not exist"),
        ("calibrate --format-label =", "--format-label"),
    ],
)  # fmt: skip
def test_a_usage_error_is_one_line(line: str, message: str) -> None:
    result = CliRunner().invoke(app, line.split())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert result.stderr.startswith("seldon-secrets: ")
    assert result.stderr.endswith(" --help)\n")
    assert result.stderr.count("\n") == 1


def test_a_terminal_gets_the_same_line() -> None:
    code, out, err = on_terminal("list", "--for", "cor2", columns=40)
    assert (code, out) == (2, "")
    assert err.startswith("seldon-secrets: invalid value for '--for'")
    assert err.count("\n") == 1
    assert "\x1b" not in err


@pytest.mark.parametrize("content", ["[]", "5", "a: b: c", "{}", "contexts: 5", None])
def test_an_invalid_kubeconfig(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "kubeconfig"
    file.mkdir() if content is None else file.write_text(content)
    code, out, err = on_terminal("list", variables={"KUBECONFIG": str(file)})
    assert (code, out) == (2, "")
    assert err.startswith("seldon-secrets: no cluster: ")
    assert err.count("\n") == 1


def test_without_a_command_help_is_printed() -> None:
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0
    assert "doctor" in result.stdout


def test_help_has_examples_and_the_same_exit_codes() -> None:
    for command in get_command(app).commands:  # type: ignore[attr-defined]
        result = CliRunner().invoke(app, [command, "--help"])
        assert result.exit_code == 0
        assert f"seldon-secrets {command}" in result.stdout
        assert EXIT_CODES in " ".join(result.stdout.split())


def test_exit_codes_are_named_in_one_sentence() -> None:
    assert EXIT_CODES == (
        "Exit codes: 0 done; 1 findings, or something failed or was interrupted; 2 incorrect usage, or a missing or"
        " partial answer; 3 refused: an option or a person has to allow it."
    )


class _BugError(Exception):
    """Its message has a value."""


@pytest.fixture
def _broken_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        try:
            dict[str, str]()[CANARY]
        except KeyError as error:
            raise _BugError(CANARY) from error

    monkeypatch.setattr(source, "read_manifests", read)


@pytest.mark.usefixtures("_broken_program")
@pytest.mark.parametrize("command", ["list", "doctor", "calibrate"])
def test_an_unexpected_error_is_one_line_without_its_message(tmp_path: Path, command: str) -> None:
    result = CliRunner().invoke(app, [command, "--manifests", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"seldon-secrets: unexpected {__name__}._BugError; please run `seldon-secrets --debug …` and report the traceback\n"
    )


@pytest.mark.usefixtures("_broken_program")
def test_debug_adds_a_traceback_without_messages(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--debug", "list", "--manifests", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert CANARY not in result.stderr
    assert result.stderr.count("Traceback (most recent call last):") == 2
    assert "KeyError\n" in result.stderr
    assert "raise _BugError(CANARY) from error" in result.stderr
    assert result.stderr.splitlines()[-1] == (
        f"seldon-secrets: unexpected {__name__}._BugError; please report this traceback"
    )


def test_ctrl_c_ends_a_command_as_the_table_of_exit_codes_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(source, "read_manifests", interrupt)
    result = CliRunner().invoke(app, ["list", "--manifests", str(tmp_path)])
    assert (result.exit_code, result.stderr) == (1, "seldon-secrets: interrupted\n")


def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "seldon_secrets_pulumi.cli.app")
    monkeypatch.setitem(sys.modules, "typer", None)
    monkeypatch.delitem(sys.modules, "seldon_secrets_pulumi.cli.calibrate")
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        "seldon-secrets: the package typer is missing; run pip install 'seldon-secrets-pulumi[cli]'\n"
    )
