"""The field manager of a stack: different for every stack, and short enough for the API server."""

from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION, stack_annotations


def manager(project: str, stack: str) -> str:
    return stack_annotations(project, stack)[FIELD_MANAGER_ANNOTATION]


def test_long_names_stay_different_within_the_limit() -> None:
    long = "x" * 100  # the limit of Pulumi for the name of a stack
    managers = {manager(long, f"{long[:-1]}{last}") for last in "abc"} | {manager("project", "dev")}
    assert len(managers) == 4
    assert max(map(len, managers)) == 128
