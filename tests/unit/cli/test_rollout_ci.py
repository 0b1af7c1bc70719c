"""The workflows of `examples/multi_environment` follow the schemas of GitHub Actions and GitLab."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples" / "multi_environment"
GITHUB = ["--builtin-schema", "vendor.github-workflows"]
GITLAB = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]
WORKFLOWS = [
    (".github/workflows/rollout.yml", GITHUB, "runs-on: ubuntu", "uses: ./."),
    (".github/workflows/environment.yml", GITHUB, "run-on: ubuntu", "runs-on: ubuntu"),
    (".gitlab-ci.yml", GITLAB, "action: check", "action: verify"),
]


def check(file: Path, options: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.prefix, "bin", "check-jsonschema")), *options, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("name", "options", "wrong", "right"), WORKFLOWS)
def test_a_workflow_keeps_to_its_schema(
    name: str, options: list[str], wrong: str, right: str, tmp_path: Path
) -> None:
    checked = check(EXAMPLE / name, options)
    assert checked.returncode == 0, checked.stdout
    broken = tmp_path / Path(name).name
    text = (EXAMPLE / name).read_text()
    assert right in text
    broken.write_text(text.replace(right, wrong))
    assert check(broken, options).returncode == 1
