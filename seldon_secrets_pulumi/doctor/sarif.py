"""The findings of `doctor` in the Static Analysis Results Interchange Format 2.1.0, as GitHub wants it.

GitHub, "SARIF support for code scanning", names the properties that it cannot do without.
"""

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.finding import Finding


def sarif(findings: Sequence[Finding], rules: Sequence[Rule]) -> dict[str, Any]:
    """One run with all rules, and a result for each finding."""
    driver = {
        "name": "seldon-secrets doctor",
        "version": version("seldon-secrets-pulumi"),
        "rules": [_rule(it) for it in rules],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(it) for it in findings]}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.cause},
        "fullDescription": {"text": rule.cause},
        "help": {"text": f"{rule.cure} Explained by `{rule.explanation}`."},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(it: Finding) -> dict[str, Any]:
    logical = {"fullyQualifiedName": f"{it.namespace}/{it.secret}", "kind": "resource"}
    location = {"logicalLocations": [logical], **_physical(it)}
    return {
        "ruleId": it.check,
        "level": it.severity,
        "message": {"text": f"{it.namespace}/{it.secret}: {it.detail}. {it.rule.cause} {it.rule.cure}"},
        "locations": [location],
        # What makes it the same finding in the next run, whatever lines were added above it. GitHub knows this name.
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(it)},
    }


def _physical(it: Finding) -> dict[str, Any]:
    """A cluster has no files."""
    if it.place is None:
        return {}
    region = {
        "startLine": it.place.line,
        "startColumn": it.place.column,
        "endLine": it.place.line,
        "endColumn": it.place.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(it.place.file)}, "region": region}}


def _uri(file: Path) -> str:
    """Relative to the current folder: GitHub takes it for the root of the repository."""
    path, here = file.resolve(), Path.cwd()
    return quote(path.relative_to(here).as_posix()) if path.is_relative_to(here) else path.as_uri()


def _fingerprint(it: Finding) -> str:
    file = _uri(it.place.file) if it.place else ""
    text = f"{it.check} {file} {it.namespace}/{it.secret} {it.detail}"
    return f"{hashlib.sha256(text.encode()).hexdigest()[:16]}:1"
