"""Each check reports one Secret and not a similar one, and findings are grouped."""

import json
from pathlib import Path

import pytest

from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.checks import CHECKS
from seldon_secrets_pulumi.doctor.rules import PERMISSIONS, RULES
from tests.support.manifests import OPEN, Manifests, namespace
from tests.support.wrong_secrets import DOCKER, FIRING, LOGIN, QUIET, S3, Manifest, docker, env, params

PAGE = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text()


def findings(manifests: Manifests, *given: Manifest) -> list[dict[str, str]]:
    result = manifests.run("doctor", *given, options=("-o", "json"))
    assert result.exit_code in (0, 1), result.output
    assert "BEGIN PRIVATE KEY" not in result.output
    assert LOGIN not in result.output
    return list(json.loads(result.stdout))


@pytest.mark.parametrize(("check", "given"), FIRING)
def test_the_check_reports(manifests: Manifests, check: str, given: list[Manifest]) -> None:
    assert check in {it["check"] for it in findings(manifests, *given)}


@pytest.mark.parametrize(("check", "given"), QUIET)
def test_the_check_does_not_report(manifests: Manifests, check: str, given: list[Manifest]) -> None:
    assert check not in {it["check"] for it in findings(manifests, *given)}


def test_every_check_is_tried_both_ways() -> None:
    every = {check.id for check in CHECKS}
    assert every - {check for check, _ in FIRING} == every - {check for check, _ in QUIET} == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_documented(rule: Rule) -> None:
    assert f"## {rule.id}\n\n*{rule.severity.value.title()}.* {rule.cause}\n\n{rule.cure}\n" in PAGE


def test_no_rule_is_documented_that_is_none() -> None:
    headings = [line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if heading.islower()] == [rule.id for rule in RULES]


@pytest.mark.parametrize("rule", [*CHECKS, PERMISSIONS], ids=lambda rule: rule.id)
def test_cause_and_cure_are_a_sentence_each(rule: Rule) -> None:
    for sentence in (rule.cause, rule.cure):
        assert sentence.endswith(".")
        assert ". " not in sentence


def test_secrets_of_the_components_have_no_findings(manifests: Manifests) -> None:
    assert findings(manifests, namespace(**OPEN), env(), params(), docker(DOCKER)) == []


def test_a_namespace_is_told_once(manifests: Manifests) -> None:
    (it,) = findings(manifests, namespace(), env(), params())
    assert (it["check"], it["namespace"], it["secret"]) == ("namespace-restricted", "team", "(all Secrets)")


@pytest.mark.parametrize(
    ("given", "code"), [(env(), 0), (env(name="minio-bucket", remote="minio"), 0), (params(type_="s33"), 1)]
)
def test_only_errors_make_it_fail(manifests: Manifests, given: Manifest, code: int) -> None:
    assert manifests.run("doctor", given).exit_code == code


def test_the_text_explains_each_rule_once(manifests: Manifests) -> None:
    wrong = S3 | {"provider": "aws"}
    shown = manifests.run("doctor", params(wrong), env(wrong)).stdout
    assert shown.count("warning provider-spelling") == 2
    assert shown.count("seldon-secrets doctor --explain provider-spelling") == 1


def test_the_text_names_secret_cause_and_cure(manifests: Manifests) -> None:
    shown = manifests.run("doctor", params(S3 | {"provider": "aws"})).stdout
    assert "models-bucket-params in team" in shown
    assert "warning provider-spelling: rclone spells it AWS" in shown
    assert "Use rclone's spelling.\n  seldon-secrets doctor --explain provider-spelling\n" in shown
    assert "1 examined: 0 errors, 1 warning" in shown
