"""Detects the platform's format label from Secrets that the platform created."""

from collections.abc import Iterable, Mapping, Sequence

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.seldon_labels import SECRET_TYPE_LABEL, SELDON_LABEL, FormatLabel

Labels = Mapping[str, str]


def detect_format_labels(labels: Mapping[str, Iterable[Labels]]) -> Sequence[FormatLabel]:
    """Every label that may be the format label. `labels` are the labels of Secrets, by the format of their data."""
    env_vars, config_params = (list(labels.get(name, ())) for name in (ENV_VAR.name, CONFIG_PARAM.name))
    candidates: dict[FormatLabel, None] = {}
    for secret_labels in config_params:
        for key, value in secret_labels.items():
            if key in {SECRET_TYPE_LABEL, SELDON_LABEL} or _folded(value) != _folded(CONFIG_PARAM.name):
                continue
            values = {other[key] for other in env_vars if key in other}
            # Without a Secret in the other format, assume that both values are spelled alike.
            assumed = ENV_VAR.name.replace("_", "-") if "-" in value else ENV_VAR.name
            candidates.update({FormatLabel(key, other, value): None for other in sorted(values) or [assumed]})
    return list(candidates)


def _folded(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "")
