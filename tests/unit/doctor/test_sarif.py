"""SARIF as GitHub requires it: valid, with files and lines, and with fingerprints that stay the same.

`schemas/sarif-2.1.0-rtm.5.json` is the schema from schemastore.org that GitHub refers to, from the npm package
@microsoft/jest-sarif 1.0.0-beta.0 (MIT).
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator
from typer.testing import CliRunner

from seldon_secrets_pulumi.cli.app import app
from seldon_secrets_pulumi.doctor.rules import RULES
from tests.support.canaries import CANARY
from tests.support.manifests import Manifests
from tests.support.wrong_secrets import FIRING, FIRING_IN_MANIFESTS, LOGIN, Manifest, env, params

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(folder: str = "deploy", *options: str) -> Any:
    result = CliRunner().invoke(app, ["doctor", "--manifests", folder, "-o", "sarif", *options])
    assert result.exit_code in (0, 1), result.output
    assert CANARY not in result.output
    assert LOGIN not in result.output
    log = json.loads(result.stdout)
    Draft4Validator(SCHEMA).validate(log)
    (only,) = log["runs"]
    return only


def write(tmp_path: Path, text: str, name: str = "secrets.yaml") -> Path:
    file = tmp_path / "deploy" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def places(results: list[Any]) -> set[tuple[str, int]]:
    physical = [result["locations"][0]["physicalLocation"] for result in results]
    return {(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in physical}


def fingerprints(results: list[Any]) -> list[str]:
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]


WRONG = yaml.safe_dump(params(type_="s33"), sort_keys=False)
NAME_LINE = next(number for number, line in enumerate(WRONG.splitlines(), 1) if "name:" in line)


def test_every_finding_is_valid_and_has_the_properties_that_github_requires(tmp_path: Path) -> None:
    firing = FIRING + FIRING_IN_MANIFESTS
    for number, (_, secrets) in enumerate(firing):
        documents = [
            secret | {"metadata": secret["metadata"] | {"namespace": f"n{number}"}} for secret in secrets
        ]
        write(tmp_path, yaml.safe_dump_all(documents), f"{number}.yaml")
    log = run()
    driver = log["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == [rule.id for rule in RULES]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"].endswith(f"`seldon-secrets doctor --explain {rule['id']}`.")
        assert "helpUri" not in rule
    for result in log["results"]:
        assert result["message"]["text"]
        assert set(result["locations"][0]["physicalLocation"]["region"]) == {
            "startLine",
            "startColumn",
            "endLine",
            "endColumn",
        }
    assert {result["ruleId"] for result in log["results"]} == {check for check, _ in firing} - {
        "namespace-restricted"  # its fixture has a namespace of its own
    }
    assert len(set(fingerprints(log["results"]))) == len(log["results"])


def test_the_line_is_the_line_of_the_name(tmp_path: Path) -> None:
    write(tmp_path, WRONG)
    write(tmp_path, f"# comment\n---\n{WRONG.replace('namespace: team', 'namespace: other')}", "more/b c.yml")
    assert places(run()["results"]) == {
        ("deploy/secrets.yaml", NAME_LINE),
        ("deploy/more/b%20c.yml", NAME_LINE + 2),
    }


def test_a_list_and_json(tmp_path: Path) -> None:
    secrets = [params(type_="s33"), params({}, remote="other", type_="s34")]
    write(tmp_path, json.dumps({"kind": "List", "items": secrets}, indent=1), "list.json")
    found_at = places(run()["results"])
    assert {file for file, _ in found_at} == {"deploy/list.json"}
    assert len(found_at) == 2


def test_plain_values_in_a_manifest(tmp_path: Path) -> None:
    secret: Manifest = env(type_="s33")
    secret["stringData"] = {"RCLONE_CONFIG_MODELS_TYPE": "s3"}
    write(tmp_path, yaml.safe_dump(secret))
    assert run()["results"] == []


def test_files_outside_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, WRONG)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert places(run("../deploy")["results"]) == {(file.as_uri(), NAME_LINE)}


def test_a_finding_is_the_same_when_lines_are_added_above_it(tmp_path: Path) -> None:
    write(tmp_path, WRONG)
    before = run()["results"]
    write(tmp_path, f"# a line\n{WRONG}")
    after = run()["results"]
    assert fingerprints(before) == fingerprints(after)
    assert places(before) != places(after)
    write(tmp_path, WRONG.replace("s33", "s34").replace("name: models", "name: others"))
    assert fingerprints(run()["results"]) != fingerprints(before)


def test_json_names_file_and_line(manifests: Manifests) -> None:
    result = manifests.run("doctor", params(type_="s33"), options=("-o", "json"))
    (finding,) = json.loads(result.stdout)
    assert (Path(finding["file"]).name, finding["line"]) == ("0.yaml", 1)


def test_an_invalid_file(tmp_path: Path) -> None:
    write(tmp_path, f"kind: Secret\nmetadata:\n  name: a\nstringData: a: {CANARY}\n")
    for command in ("doctor", "list"):
        result = CliRunner().invoke(app, [command, "--manifests", "deploy"])
        assert result.exit_code == 2
        assert result.stderr.endswith(
            "seldon-secrets: the answer is partial: deploy/secrets.yaml is not valid YAML (line 4, column 14)\n"
        )
        assert CANARY not in result.stdout
