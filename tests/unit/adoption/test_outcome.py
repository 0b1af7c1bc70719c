"""How an adoption's outcome sorts the changes of a preview."""

from seldon_secrets_pulumi.adoption.outcome import outcome_of
from seldon_secrets_pulumi.automation.changes import Change
from seldon_secrets_pulumi.resource_types import SECRET

ADOPTED = ["team/labels", "team/same", "team/data", "team/gone"]


def change(operation: str, name: str, *properties: str, type_: str = SECRET) -> Change:
    return Change(operation, type_, f"urn:pulumi:dev::project::{type_}::{name}", name, properties)


def test_only_changes_of_labels_and_annotations_are_expected() -> None:
    outcome = outcome_of(
        ADOPTED,
        [
            change("update", "team/labels", "metadata.annotations", "metadata.labels.owner"),
            change("same", "team/same"),
            change("update", "team/data", "data.KEY", "metadata.labels.owner"),
            change("delete", "team/gone"),
            change("create", "team/other"),
            change("update", "bucket", "acl", type_="aws:s3/bucket:Bucket"),
        ],
    )
    assert outcome.unchanged == ["team/same"]
    assert outcome.metadata_changes == {"team/labels": ("metadata.annotations", "metadata.labels.owner")}
    assert outcome.other_changes == {
        "team/data": ["update", "data.KEY", "metadata.labels.owner"],
        "team/gone": ["delete"],
    }
    assert outcome.pending == ["create team/other", "update bucket"]
