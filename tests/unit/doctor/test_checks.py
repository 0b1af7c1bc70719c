"""For each check, Secrets that break its rule and Secrets that almost do; and how findings are reported."""

import json

import pytest

from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.checks import CHECKS
from seldon_secrets_pulumi.doctor.ignores import IGNORES
from seldon_secrets_pulumi.doctor.rules import RULES
from tests.support.manifests import OPEN, Manifests, namespace
from tests.support.wrong_secrets import (
    DOCKER,
    FIRING,
    FIRING_IN_MANIFESTS,
    LOGIN,
    QUIET,
    S3,
    Manifest,
    docker,
    env,
    params,
)


def findings(manifests: Manifests, *secrets: Manifest) -> list[dict[str, str]]:
    result = manifests.run("doctor", *secrets, options=("-o", "json"))
    assert result.exit_code in (0, 1), result.output
    assert "BEGIN PRIVATE KEY" not in result.output
    assert LOGIN not in result.output
    return list(json.loads(result.stdout))


@pytest.mark.parametrize(("check", "secrets"), FIRING + FIRING_IN_MANIFESTS)
def test_a_check_reports_a_broken_rule(manifests: Manifests, check: str, secrets: list[Manifest]) -> None:
    assert check in {finding["check"] for finding in findings(manifests, *secrets)}


@pytest.mark.parametrize(("check", "secrets"), QUIET)
def test_a_check_reports_no_other_secret(manifests: Manifests, check: str, secrets: list[Manifest]) -> None:
    assert check not in {finding["check"] for finding in findings(manifests, *secrets)}


def test_every_check_is_tested_both_ways() -> None:
    checks = {rule.id for rule in (*CHECKS, *IGNORES)}
    assert checks == {check for check, _ in FIRING + FIRING_IN_MANIFESTS} == {check for check, _ in QUIET}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_cause_and_cure_are_one_sentence_each(rule: Rule) -> None:
    for sentence in (rule.cause, rule.cure):
        assert sentence.endswith(".")
        assert ". " not in sentence


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.example], ids=lambda rule: rule.id)
def test_examples_are_single_lines_that_differ(rule: Rule) -> None:
    assert rule.example
    assert rule.example.wrong != rule.example.right
    assert "`" not in rule.example.wrong + rule.example.right
    assert len((rule.example.wrong + rule.example.right).splitlines()) == 1


def test_secrets_of_the_components_have_no_findings(manifests: Manifests) -> None:
    assert findings(manifests, namespace(**OPEN), env(), params(), docker(DOCKER)) == []


def test_a_namespace_is_reported_once(manifests: Manifests) -> None:
    (finding,) = findings(manifests, namespace(), env(), params())
    assert (finding["check"], finding["namespace"]) == ("namespace-restricted", "team")
    assert finding["secret"] == "(all Secrets)"


@pytest.mark.parametrize(
    ("secret", "code"),
    [(env(), 0), (env(name="minio-bucket", remote="minio"), 0), (params(type_="s33"), 1)],
)
def test_only_errors_change_the_exit_code(manifests: Manifests, secret: Manifest, code: int) -> None:
    assert manifests.run("doctor", secret).exit_code == code


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
    assert "1 examined: 0 errors, 1 warning\n" in shown
