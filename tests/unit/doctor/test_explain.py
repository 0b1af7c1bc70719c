"""`doctor --explain`, and where findings lead to: this command, or a page if the package's metadata names one."""

import json
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from typer.testing import CliRunner

from seldon_secrets_pulumi.cli.app import app
from seldon_secrets_pulumi.doctor import documentation
from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.rules import RULES, find_rule
from tests.support.manifests import Manifests
from tests.support.terminal import on_terminal
from tests.support.wrong_secrets import params

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_explained(rule: Rule) -> None:
    result = CliRunner().invoke(app, ["doctor", "--explain", rule.id])
    assert result.exit_code == 0
    lines = [f"{rule.id} ({rule.severity.value})", f"  Why: {rule.cause}", f"  Fix: {rule.cure}"]
    if rule.example:
        lines += [f"  Wrong: {rule.example.wrong}", f"  Right: {rule.example.right}"]
    assert result.stdout.splitlines() == lines


def test_no_cluster_is_needed() -> None:
    code, out, err = on_terminal(
        "doctor", "--explain", "not-a-string", variables={"KUBECONFIG": "/nonexistent"}
    )
    assert (code, err) == (0, "")
    assert "Quote the value." in out
    assert 'seldon-deploy: "true"' in out


@pytest.fixture
def _page(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    metadata = Message()
    metadata["Project-URL"] = "Homepage, https://example.com"
    metadata["Project-URL"] = f"{documentation.URL_LABEL}, https://example.com/docs/doctor/"
    monkeypatch.setattr(documentation, "metadata", lambda _: metadata)
    documentation._checks_page.cache_clear()
    yield
    documentation._checks_page.cache_clear()


@pytest.mark.usefixtures("_page")
def test_a_page_in_the_metadata_takes_the_place_of_the_command(manifests: Manifests) -> None:
    url = "https://example.com/docs/doctor/#unknown-backend"
    secret = params(type_="s33")
    shown = manifests.run("doctor", secret).stdout
    assert f"\n  {url}\n" in shown
    assert "--explain" not in shown
    (finding,) = json.loads(manifests.run("doctor", secret, options=("-o", "json")).stdout)
    assert finding["explain"] == url
    log = json.loads(manifests.run("doctor", secret, options=("-o", "sarif")).stdout)
    Draft4Validator(SCHEMA).validate(log)
    (rule,) = (rule for rule in log["runs"][0]["tool"]["driver"]["rules"] if rule["id"] == "unknown-backend")
    assert rule["helpUri"] == url
    assert rule["help"]["text"].endswith(f"See {url}.")
    explained = CliRunner().invoke(app, ["doctor", "--explain", "unknown-backend"]).stdout
    assert explained.endswith(f"  See {url}\n")


def test_without_a_page_findings_lead_to_the_command(manifests: Manifests) -> None:
    (finding,) = json.loads(manifests.run("doctor", params(type_="s33"), options=("-o", "json")).stdout)
    assert finding["explain"] == "seldon-secrets doctor --explain unknown-backend"
    assert find_rule("unknown-backend").page is None
