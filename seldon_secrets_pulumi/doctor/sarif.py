"""Findings in the Static Analysis Results Interchange Format (SARIF) 2.1.0, as GitHub requires it.

Source: GitHub's documentation, "SARIF support for code scanning".
"""

import hashlib
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.finding import Finding


def sarif(findings: Sequence[Finding], rules: Sequence[Rule]) -> dict[str, Any]:
    """The log of one run, with all rules and a result for each finding."""
    driver = {
        "name": "seldon-secrets doctor",
        "version": version("seldon-secrets-pulumi"),
        "rules": [_rule(rule) for rule in rules],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(finding) for finding in findings]}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.cause},
        "fullDescription": {"text": rule.cause},
        "help": {"text": f"{rule.cure} {_see(rule)}"},
        **({"helpUri": rule.page} if rule.page else {}),
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _see(rule: Rule) -> str:
    return f"See {rule.page}." if rule.page else f"For an explanation, run `{rule.explanation}`."


def _result(finding: Finding) -> dict[str, Any]:
    logical = {"fullyQualifiedName": f"{finding.namespace}/{finding.secret}", "kind": "resource"}
    location = {"logicalLocations": [logical], **_physical(finding)}
    return {
        "ruleId": finding.check,
        "level": finding.severity,
        "message": {
            "text": f"{finding.namespace}/{finding.secret}: {finding.detail}. {finding.rule.cause} {finding.rule.cure}"
        },
        "locations": [location],
        # GitHub recognizes the finding by this in the next run, even if lines were added above it.
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(finding)},
    }


def _physical(finding: Finding) -> dict[str, Any]:
    """The file and the line; nothing for a Secret in a cluster."""
    if finding.place is None:
        return {}
    region = {
        "startLine": finding.place.line,
        "startColumn": finding.place.column,
        "endLine": finding.place.line,
        "endColumn": finding.place.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(finding.place.file)}, "region": region}}


def _uri(file: Path) -> str:
    """Relative to the current folder, which GitHub takes for the root of the repository."""
    path, here = file.resolve(), Path.cwd()
    return quote(os.fsencode(path.relative_to(here))) if path.is_relative_to(here) else path.as_uri()


def _fingerprint(finding: Finding) -> str:
    file = _uri(finding.place.file) if finding.place else ""
    text = f"{finding.check} {file} {finding.namespace}/{finding.secret} {finding.detail}"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{digest[:16]}:1"
