"""Checks of manifests, which the API server has not accepted yet."""

from collections.abc import Iterator

from seldon_secrets_pulumi.doctor.check import Example, error
from seldon_secrets_pulumi.doctor.subject import Subject


@error(
    "not-a-string",
    "Kubernetes rejects the Secret because this field is not a string.",
    "Quote the value.",
    Example(wrong="seldon-deploy: true", right='seldon-deploy: "true"'),
)
def not_a_string(subject: Subject) -> Iterator[str]:
    yield from subject.secret.not_strings


MANIFESTS = (not_a_string,)
