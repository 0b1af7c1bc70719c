"""When an update may save the state only at its end."""

from typing import Any

import pytest

from seldon_secrets_pulumi.automation.changes import Change
from seldon_secrets_pulumi.automation.stack import Preview
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION
from seldon_secrets_pulumi.resource_types import NAMESPACE, SECRET
from seldon_secrets_pulumi.rollout.saving import obstacle

OURS = {FIELD_MANAGER_ANNOTATION: "seldon-secrets/project/dev"}


def change(operation: str, type_: str = SECRET, **fields: Any) -> Change:
    return Change(operation, type_, "urn", "team/one", (), **fields)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([], None),
        ([change("create", annotations=OURS), change("create", NAMESPACE)], None),
        ([change("create", "my:index:Component", has_provider=False)], None),
        # The state knows its field manager.
        ([change("update"), change("same"), change("delete")], None),
        ([change("create")], "the program declares Secrets without this package"),
        ([change("replace")], "the program declares Secrets without this package"),
        (
            [change("same", "random:index:RandomPassword"), change("create", annotations=OURS)],
            "the stack has resources other than Secrets and namespaces (random:index:RandomPassword)",
        ),
        (
            [change("same", f"a:index:{letter}") for letter in "DCBA"],
            "the stack has resources other than Secrets and namespaces (a:index:A, a:index:B, a:index:C, …)",
        ),
    ],
)
def test_obstacles(changes: list[Change], reason: str | None) -> None:
    assert obstacle(Preview(changes)) == reason


def test_manifests_are_saved_one_by_one() -> None:
    preview = Preview([], {"urn:provider": {"renderYamlToDirectory": "manifests"}})
    assert obstacle(preview) == "the stack writes manifests to a folder"
