"""How pulumi's errors are reported: in few lines, and missing permissions in one."""

import re

import pytest
from pulumi.automation import CommandError, CommandResult

from seldon_secrets_pulumi.automation.failures import FieldConflictError, reason, stack_errors

FORBIDDEN = (
    '{} failed: secrets "{}" is forbidden: User "bot" cannot patch resource "secrets" in API group ""'
    ' in the namespace "team-a"'
)
NODES = 'nodes is forbidden: User "bot" cannot list resource "nodes" in API group "" at the cluster scope'


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        (
            [FORBIDDEN.format("create", "a"), FORBIDDEN.format("update", "b"), "update failed"],
            "you (bot) may not patch secrets in the namespace team-a",
        ),
        ([NODES], "you (bot) may not list nodes in the whole cluster"),
        (["<{%reset%}>config is wrong<{%reset%}>\n", "preview failed"], "config is wrong"),
        (["update failed"], "update failed"),
        (
            [
                "failed to save snapshot: write /backend/.pulumi/stacks/p/dev.json.18ed.tmp: no space left on device"
            ],
            (
                "pulumi can't write in the folder /backend/.pulumi/stacks/p: no space left on device. Make it writable"
                " or free some space, and run the command again"
            ),
        ),
        (
            ["open /backend/dev/1.json.18ed.tmp: permission denied"],
            (
                "pulumi can't write in the folder /backend/dev: permission denied. Make it writable or free some space,"
                " and run the command again"
            ),
        ),
        (["open /home/me/.kube/config: permission denied"], "open /home/me/.kube/config: permission denied"),
        ([], "printed"),
    ],
)
def test_reasons(reported: list[str], expected: str) -> None:
    error = CommandError(CommandResult(stdout="", stderr="printed\n", code=255))
    assert reason(error, reported) == expected


def test_errors_that_pulumi_prints_among_its_progress_are_reported() -> None:
    output = "Importing\n  Secret (x):\n    error: resource 'x' does not exist\n\nResources: 1 errored"
    assert reason(CommandError(CommandResult(output, "", 1))) == "error: resource 'x' does not exist"
    assert reason(CommandError(CommandResult(output, "error: locked\n", 1))) == "error: locked"


def test_a_conflict_names_the_object_the_client_and_the_fields() -> None:
    reported = (
        'update failed: the Kubernetes API server reported that "team/one" failed to fully initialize or become'
        " live: Server-Side Apply field conflict detected.\nThe resource managed by field manager "
        '"seldon-secrets/project/dev" had an apply conflict: Apply failed with 2 conflicts: conflicts with "kubectl-edit"'
        " using v1:\n- .data.A\n- .data.B\n"
    )
    with pytest.raises(FieldConflictError) as raised, stack_errors("dev", [reported, "update failed"]):
        raise CommandError(CommandResult("", "", 1))
    assert raised.value.managers == ["kubectl-edit"]
    assert str(raised.value) == (
        'team/one: conflicts with "kubectl-edit" using v1: .data.A, .data.B. Another client owns these fields: see'
        ' docs/rollout.md, "Field conflicts"'
    )


@pytest.mark.parametrize(
    ("resource", "kind", "expected"),
    [
        (
            "team/one",
            "secrets",
            "team/one: .* Adopt it \\(`seldon-secrets import --namespace team`\\) or delete it",
        ),
        ("mine", "secrets", "one: .* Adopt it \\(`seldon-secrets import`\\) or delete it"),
        ("mine", "deployments.apps", "one: .* Import or delete it"),
    ],
)
def test_an_existing_object_is_named_with_the_next_command(resource: str, kind: str, expected: str) -> None:
    # The message of pulumi-kubernetes from 4.29 on.
    reported = (
        f'resource "urn:pulumi:dev::project::kubernetes:core/v1:Secret::{resource}" was not successfully created by'
        f' the Kubernetes API server: {kind} "one" already exists\n\nThe resource already exists in the cluster.'
        " This can happen when:\n\n  - Renaming a Pulumi resource: use an alias to preserve the identity,\n"
    )
    text = reason(CommandError(CommandResult("", "", 1)), [reported, "update failed"])
    assert re.match(expected, text), text
    assert text.endswith('see docs/rollout.md, "Existing objects"')
    assert len(text.splitlines()) == 1
