"""The rules of the typed declarations, applied to the remotes that somebody else wrote."""

from collections.abc import Iterator

from seldon_secrets_pulumi.doctor.check import Example, error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model.read_back import typed_problems


@error(
    "refused-value",
    "A component would refuse this remote, because the storage server or rclone rejects such an option.",
    "Correct the option as the finding says.",
    Example(wrong='"endpoint": "minio:9000"', right='"endpoint": "http://minio:9000"'),
)
def refused_value(subject: Subject) -> Iterator[str]:
    if not (subject.remote and subject.backend):
        return
    reported = {problem.argument for problem in subject.problems}
    # The check line-break reports line breaks at the end.
    reported |= {name for name, value in subject.parameters.items() if value.endswith(("\n", "\r"))}
    for problem in typed_problems(subject.remote):
        if problem.argument not in reported and " (format " not in problem.rule:
            yield f"{problem.argument} {problem.rule}"


@warning(
    "provider-missing",
    "Without a provider, rclone logs an error and treats the S3 server as an unknown one.",
    "Add the option provider: AWS, Minio, Ceph or another of rclone's providers, or Other.",
)
def provider_missing(subject: Subject) -> Iterator[str]:
    is_s3 = subject.backend is not None and subject.backend.name == "s3"
    if is_s3 and not subject.parameters.get("provider"):
        yield "the option provider is missing"


DECLARATION = (refused_value, provider_missing)
