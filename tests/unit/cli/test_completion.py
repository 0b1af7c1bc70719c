"""Completion of commands, options and values, requested as each shell's script requests it."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.terminal import COMMAND

PROGRAM = "seldon-secrets"


def ask(shell: str, **variables: str) -> list[str]:
    answer = subprocess.run(
        [COMMAND],
        env={"PATH": os.environ["PATH"], "_SELDON_SECRETS_COMPLETE": f"complete_{shell}", **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.splitlines()


def bash(line: str) -> set[str]:
    """The offers of Bash itself, with the script sourced, for Tab at the end of the line."""
    executable = shutil.which("bash")
    assert executable
    script = subprocess.run(
        [COMMAND, "--show-completion", "bash"], capture_output=True, text=True, check=True
    )
    words = " ".join(f"'{word}'" for word in line.split(" "))
    test = f"""{script.stdout}
COMP_WORDS=({words}); COMP_CWORD={line.count(" ")}
$(complete -p {PROGRAM} | grep -o '[^ ]*_completion') {COMMAND}
printf '%s\\n' "${{COMPREPLY[@]}}" """
    finished = subprocess.run([executable, "-c", test], capture_output=True, text=True, check=True)
    assert finished.stderr == ""
    return set(finished.stdout.split("\n")) - {""}


def zsh(line: str) -> set[str]:
    lines = ask("zsh", _TYPER_COMPLETE_ARGS=line)
    return set(re.findall(r'(?:^|\(\()"([^"]+)"', "\n".join(lines), re.MULTILINE))


def fish(line: str) -> set[str]:
    answer = ask("fish", _TYPER_COMPLETE_ARGS=line, _TYPER_COMPLETE_FISH_ACTION="get-args")
    return {line.split("\t")[0] for line in answer}


@pytest.mark.parametrize("shell", [bash, zsh, fish])
@pytest.mark.parametrize(
    ("line", "offered", "not_offered"),
    [
        ("seldon-secrets ", ["list", "doctor", "render"], ["--remotes"]),
        ("seldon-secrets do", ["doctor"], ["list"]),
        ("seldon-secrets list --re", ["--remotes", "--remote"], ["--for"]),
        ("seldon-secrets list --for ", ["core1", "core2", "batch", "reference", "runtime"], ["s3"]),
        ("seldon-secrets list --for core", ["core1", "core2"], ["batch"]),
        ("seldon-secrets list --format ", ["env_var", "config_param"], ["json"]),
        ("seldon-secrets list -o ", ["table", "json", "yaml"], ["sarif"]),
        ("seldon-secrets doctor --output s", ["sarif"], ["json"]),
        ("seldon-secrets list --type reg", ["registry"], ["bucket"]),
        ("seldon-secrets list --type web", ["webdav"], ["s3"]),
        ("seldon-secrets --show-completion ", ["bash", "zsh", "fish"], ["list"]),
        ("seldon-secrets doctor --explain secret-", ["secret-name"], ["label-missing"]),
        ("seldon-secrets doctor --ignore label", ["label-missing", "label-value"], ["permissions"]),
    ],
)
def test_offers(
    shell: Callable[[str], set[str]], line: str, offered: list[str], not_offered: list[str]
) -> None:
    offers = shell(line)
    assert set(offered) <= offers
    assert not set(not_offered) & offers


@pytest.mark.parametrize(
    ("shell", "start"),
    [("bash", "_seldon_secrets_completion() {"), ("zsh", "#compdef seldon-secrets"), ("fish", "complete --command")],
)  # fmt: skip
def test_the_script_of_a_named_shell(shell: str, start: str) -> None:
    shown = subprocess.run([COMMAND, "--show-completion", shell], capture_output=True, text=True, check=True)
    assert shown.stdout.lstrip().startswith(start)
    assert f"complete_{shell}" in shown.stdout


def test_install_a_script(tmp_path: Path) -> None:
    command = [COMMAND, "--install-completion", "fish"]
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    path = Path(shown.stdout.split(" is in ")[1].split(";")[0])
    assert path.is_relative_to(tmp_path)
    assert "complete_fish" in path.read_text()
