"""The command `import`: what it prints, what it asks, and the errors of its options."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from seldon_secrets_pulumi.adoption.outcome import Outcome
from seldon_secrets_pulumi.adoption.skip_reasons import LAST_APPLIED
from seldon_secrets_pulumi.cli.app import app
from seldon_secrets_pulumi.cli.import_ import _confirm, _explain_errors
from seldon_secrets_pulumi.cli.views.adoption import show_json, show_outcome, show_plan
from seldon_secrets_pulumi.errors import SeldonSecretsError, StoppedError, UsageError
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from tests.support.canaries import CANARY
from tests.support.manifests import BUCKET, YAML, secret
from tests.support.planned_adoption import plan_for, s3

NAME = "team/models-bucket-envvars"
LABELS = "app.kubernetes.io/managed-by, bucket-secret-format"
COPIES_WARNING = (
    f"1 Secret with a copy of the credentials in kubectl's annotation {LAST_APPLIED}: the import removes it, because"
    " Pulumi's state keeps annotations in plain text"
)
OUTCOME = Outcome(
    adopted=[NAME, "team/sheets", "team/same"],
    unchanged=["team/same"],
    metadata_changes={NAME: ["metadata.labels"]},
    other_changes={"team/sheets": ["replace", "type"]},
    pending=["create team/new"],
)


def plan_with_everything() -> Any:
    copied = s3()
    copied["metadata"]["annotations"] = {LAST_APPLIED: CANARY}
    return plan_for(
        copied,
        secret("sheets", YAML, labels=BUCKET),
        secret("helm", {}, labels=BUCKET | {"app.kubernetes.io/managed-by": "Helm"}),
    )


def test_the_plan_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(plan_with_everything())
    assert capsys.readouterr().out.splitlines() == [
        "buckets: models (s3)",
        f"  {NAME}: the next update sets {LABELS}",
        "secrets: sheets (bucket)",
        "  raw: it has a custom name; a typed entry would name it models-bucket-params",
        f"  team/sheets: the next update sets {LABELS}",
        "skipped:",
        "  team/helm: Helm created it and would restore it; it has no data",
        "additional settings:",
        "  kubernetes:context: dev",
        COPIES_WARNING,
    ]


def test_an_empty_plan_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(plan_for())
    assert capsys.readouterr().out == "nothing to import\n"


def test_the_outcome_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_outcome(plan_with_everything(), OUTCOME)
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "3 Secrets adopted; the next `pulumi up` leaves 1 unchanged",
        f"  it sets {LABELS} on 1 Secret",
        "  other pending changes of the stack: create team/new",
    ]
    assert printed.err == "seldon-secrets: the next update would replace team/sheets (type)\n"


def test_json_has_the_plan_and_the_outcome_in_camel_case(capsys: pytest.CaptureFixture[str]) -> None:
    show_json(plan_with_everything(), OUTCOME)
    printed = capsys.readouterr().out
    assert CANARY not in printed
    document = json.loads(printed)
    assert document.keys() == {"entries", "adopt", "present", "skipped", "settings", "result"}
    assert document["entries"][1] == {
        "kind": "secrets",
        "name": "sheets",
        "type": "bucket",
        "secrets": ["team/sheets"],
        "rawReason": "it has a custom name; a typed entry would name it models-bucket-params",
    }
    assert document["adopt"][0] == {"secret": NAME, "labels": LABELS.split(", "), "annotations": []}
    assert document["skipped"][0]["secret"] == "team/helm"
    assert document["settings"] == {"kubernetes:context": "dev"}
    assert document["result"] == {
        "adopted": [NAME, "team/sheets", "team/same"],
        "unchanged": ["team/same"],
        "metadataChanges": {NAME: ["metadata.labels"]},
        "otherChanges": {"team/sheets": ["replace", "type"]},
        "pending": ["create team/new"],
    }


@pytest.mark.parametrize("options", [(), ("--output", "json")])
def test_without_a_terminal_yes_is_required(options: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["import", *options])
    assert result.exit_code == 2
    assert result.stderr == (
        "seldon-secrets: no terminal to ask for confirmation; add --yes, or --dry-run to write nothing\n"
    )


class FakeStack:
    name = "dev"

    class file:  # noqa: N801 - stands for the attribute
        path = Path("Pulumi.dev.yaml")


def test_an_interrupted_question_stops_the_import(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(question: str, **_: Any) -> bool:
        assert question == "Write Pulumi.dev.yaml and adopt the Secrets into the stack dev?"
        raise typer.Abort

    monkeypatch.setattr(typer, "confirm", interrupt)
    stack: Any = FakeStack
    with pytest.raises(StoppedError, match="stopped before anything was written"):
        _confirm(stack)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            InvalidArguments([Problem("buckets[0]", "is wrong"), Problem("buckets[1]", "too")]),
            "the stack's configuration: buckets[0]: is wrong\nthe stack's configuration: buckets[1]: too",
        ),
        (UsageError("as is"), "as is"),
        (StoppedError("stopped"), "stopped; run the command again to continue"),
    ],
)
def test_errors_say_where_they_come_from_or_what_to_do(error: Exception, expected: str) -> None:
    with pytest.raises(SeldonSecretsError) as raised, _explain_errors():
        raise error
    assert str(raised.value) == expected


def test_errors_of_pulumi_are_named_so() -> None:
    from seldon_secrets_pulumi.automation.failures import StackError

    with pytest.raises(StackError, match=r"^pulumi failed: no stack named 'dev' found$"), _explain_errors():
        raise StackError("error: no stack named 'dev' found")


def test_the_plan_makes_invisible_characters_visible(capsys: pytest.CaptureFixture[str]) -> None:
    odd = {"s3": json.dumps({"name": "models", "type": "\x1b[2J\u202e\ud800", "parameters": {}})}
    show_plan(plan_for(secret("a\x1b", odd, labels=BUCKET), secret("b\u202e", {}, labels=BUCKET)))
    printed = capsys.readouterr().out
    assert "skipped:" in printed
    assert not set(printed) & set("\x1b\u202e\ud800")
