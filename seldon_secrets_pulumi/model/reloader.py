"""The annotation with which Stakater's Reloader recognizes Secrets whose workloads it restarts.

Reloader reads it on the Secret, and only for workloads with the annotation `reloader.stakater.com/search: "true"` that
name the Secret as an environment variable or a volume (stakater/Reloader v1.4.9, `pkg/common/common.go`, ShouldReload,
and `internal/pkg/handler/upgrade.go`, getContainerUsingResource). Both values must be exactly "true".
"""

from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.problem import Problem

MATCH_ANNOTATION = "reloader.stakater.com/match"
IGNORE_ANNOTATION = "reloader.stakater.com/ignore"


def with_match_annotation(annotations: Mapping[str, str] | None) -> dict[str, str]:
    """The annotations, including the one that Reloader matches."""
    return {**(annotations or {}), MATCH_ANNOTATION: "true"}


def contradictions(annotations: Mapping[str, str]) -> Iterator[Problem]:
    """The annotations that would keep Reloader from acting on a Secret with `reloader: true`."""
    for key, contradicts in (
        (MATCH_ANNOTATION, annotations.get(MATCH_ANNOTATION, "true") != "true"),
        (IGNORE_ANNOTATION, annotations.get(IGNORE_ANNOTATION) == "true"),
    ):
        if contradicts:
            yield Problem(
                f"annotations.{key}", "contradicts {}; remove one of them", ("reloader",), "conflict"
            )
