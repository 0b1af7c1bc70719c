"""Checks of manifests, which the API server has not accepted yet."""

from collections.abc import Iterator

from seldon_secrets_pulumi.doctor.check import Example, error
from seldon_secrets_pulumi.doctor.subject import Subject


@error(
    "not-a-string",
    "Kubernetes or kubectl rejects the Secret because this field is not a string.",
    "Quote the value.",
    Example(wrong="seldon-deploy: true", right='seldon-deploy: "true"'),
)
def not_a_string(subject: Subject) -> Iterator[str]:
    yield from subject.secret.not_strings


@error(
    "not-base64",
    "Kubernetes rejects the Secret because this value under data is not base64.",
    "Move plain text to stringData, or encode it in base64.",
    Example(
        wrong="data: {RCLONE_CONFIG_MODELS_TYPE: s3}", right="stringData: {RCLONE_CONFIG_MODELS_TYPE: s3}"
    ),
)
def not_base64(subject: Subject) -> Iterator[str]:
    yield from (f"data.{key} is not base64" for key in subject.secret.not_base64)


MANIFESTS = (not_a_string, not_base64)
