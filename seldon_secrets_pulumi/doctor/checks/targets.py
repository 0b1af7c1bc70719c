"""Checks of a remote against the rclone that reads it."""

from collections.abc import Iterator

from seldon_secrets_pulumi.doctor.check import error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model.targets import Target, newest_seldon_target, target_problems
from seldon_secrets_pulumi.rclone.releases import ONEDRIVE_WITHOUT_SIGNED_URLS

_BUSINESS = frozenset({"business", "documentLibrary"})  # backend/onedrive, the option drive_type


@warning(
    "newer-rclone",
    "The newest release of Seldon that reads this format has an older rclone, which rejects the backend or ignores the"
    " option.",
    "Remove the option, or use an image with a newer rclone and pass its version with `--target rclone:VERSION`.",
)
def newer_rclone(subject: Subject) -> Iterator[str]:
    if subject.targets or not subject.actual_format:
        return
    target = newest_seldon_target(subject.actual_format)
    yield from _missing(subject, target)
    is_business = subject.parameters.get("drive_type") in _BUSINESS
    if subject.backend and subject.backend.name == "onedrive" and is_business:
        yield (
            f"OneDrive for Business and SharePoint require rclone {ONEDRIVE_WITHOUT_SIGNED_URLS} or later from April 1,"
            f" 2027; {target.name} has rclone {target.rclone}"
        )


@error(
    "missing-in-target",
    "The rclone of a target that `--target` names rejects the backend, ignores the option, or reads another name.",
    "Remove the option, rename the remote, or use an image with a newer rclone.",
)
def missing_in_target(subject: Subject) -> Iterator[str]:
    for target in subject.targets:
        yield from _missing(subject, target)


def _missing(subject: Subject, target: Target) -> Iterator[str]:
    """What the Secret uses and the target's rclone doesn't have."""
    if not (subject.remote and subject.backend and subject.actual_format):
        return
    problems = target_problems(
        target, [subject.actual_format], subject.remote.name, subject.backend.name, subject.remote.parameters
    )
    for problem in problems:
        yield f"{problem.argument or 'the name of the remote'} {problem.rule}"


TARGETS = (newer_rclone,)
"""The checks that apply without targets."""
MISSING_IN_TARGET = missing_in_target
"""The check that needs targets."""
