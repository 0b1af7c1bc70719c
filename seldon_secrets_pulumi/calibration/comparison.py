"""What differs between a Secret of the platform's and the same one of this package's. Never a value of the data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seldon_secrets_pulumi.calibration.sample import declared_data
from seldon_secrets_pulumi.inventory.format_label import Labels
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.bucket import bucket_labels
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, FORMATS, Format
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES, MANAGED_BY_LABEL, FormatLabel
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json

NO_FORMAT_LABEL = FormatLabel("", "", "")
"""The platform does not label the format."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, as a sentence without its subject."""

    format: str
    description: str


def format_labels(written: Mapping[str, LiveSecret], remotes: Mapping[str, str]) -> list[FormatLabel]:
    """Every label that may be the format label: the two Secrets differ in their format, remote and name only.

    A value is empty where the platform writes no label. One `NO_FORMAT_LABEL` if no label differs.
    """
    env_var, config_param = (
        _without(written[name].labels, (remotes[name], written[name].name)) for name in FORMATS
    )
    candidates = [
        FormatLabel(key, env_var.get(key, ""), config_param.get(key, ""))
        for key in sorted(env_var.keys() | config_param.keys())
        if env_var.get(key) != config_param.get(key)
    ]
    named = [each for each in candidates if _names_formats(each)]
    return named or candidates or [NO_FORMAT_LABEL]


def _without(labels: Labels, own: tuple[str, ...]) -> dict[str, str]:
    """The labels that do not contain the remote or the Secret's name."""
    return {key: value for key, value in labels.items() if not any(text in value for text in own)}


def _names_formats(label: FormatLabel) -> bool:
    pairs = ((label.env_var, ENV_VAR), (label.config_param, CONFIG_PARAM))
    return all(not value or _folded(value) == _folded(each.name) for value, each in pairs)


def _folded(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "")


def differences(
    secret: LiveSecret, remote: str, bucket_format: Format, format_label: FormatLabel
) -> Iterator[Difference]:
    """Everything in which the platform's Secret differs from this package's."""
    for description in (
        *_metadata_differences(secret, remote, bucket_format),
        *_label_differences(secret.labels, bucket_labels(bucket_format, format_label, {})),
        *_data_differences(secret, remote, bucket_format),
    ):
        yield Difference(bucket_format.name, description)


def _metadata_differences(secret: LiveSecret, remote: str, bucket_format: Format) -> Iterator[str]:
    expected = bucket_format.secret_name(remote)
    if secret.name != expected:
        yield f"its name is {secret.name}, not {expected}"
    if secret.type != KUBERNETES_TYPES["bucket"]:
        yield f"its type is {secret.type}, not {KUBERNETES_TYPES['bucket']}"
    if secret.immutable:
        yield "it is immutable"
    for key in sorted(secret.annotations):
        yield f"it has the annotation {key}"


def _label_differences(labels: Labels, expected: Labels) -> Iterator[str]:
    for key in sorted(labels.keys() | expected.keys() - {MANAGED_BY_LABEL}):
        theirs, ours = labels.get(key), expected.get(key)
        if theirs is None:
            yield f'it has no label {key}; this package writes {key}: "{ours}"'
        elif ours is None:
            yield f'it has the label {key}: "{theirs}", which this package does not write'
        elif theirs != ours:
            yield f'its label {key} is "{theirs}"; this package writes "{ours}"'


def _data_differences(secret: LiveSecret, remote: str, bucket_format: Format) -> Iterator[str]:
    expected = {key: value.encode() for key, value in declared_data(remote, bucket_format).items()}
    missing, unexpected = (sorted(expected.keys() - secret.data), sorted(secret.data.keys() - expected))
    if missing or unexpected:
        yield f"its keys are {', '.join(sorted(secret.data))}, not {', '.join(sorted(expected))}"
    if bucket_format is CONFIG_PARAM and len(secret.data) == 1:
        yield from _json_differences(next(iter(secret.data.values())), next(iter(expected.values())))
        return
    for key in sorted(expected.keys() & secret.data.keys()):
        if secret.data[key] != expected[key]:
            yield f"the value of its key {key} is written in another way"


def _json_differences(theirs: bytes | None, ours: bytes) -> Iterator[str]:
    try:
        document = parse_json((theirs or b"").decode())
    except (UnreadableTextError, UnicodeDecodeError):
        document = None
    if not isinstance(document, dict):
        yield "its value is not a JSON object"
        return
    expected: dict[str, Any] = parse_json(ours.decode())
    yield from _field_differences(document, expected, "the JSON field ")
    if isinstance(parameters := document.get("parameters"), dict):
        yield from _field_differences(parameters, expected["parameters"], "the parameter ")


def _field_differences(theirs: Mapping[str, Any], ours: Mapping[str, Any], what: str) -> Iterator[str]:
    for name in sorted(theirs.keys() | ours.keys()):
        if name not in theirs:
            yield f"{what}{name} is missing"
        elif name not in ours:
            yield f"{what}{name} is additional"
        elif isinstance(ours[name], Mapping) and isinstance(theirs[name], Mapping):
            continue
        elif theirs[name] != ours[name]:
            yield f"{what}{name} is written in another way"
