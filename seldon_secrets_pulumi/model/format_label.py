"""The format label in the settings of a stack."""

from collections.abc import Mapping
from typing import Any

from seldon_secrets_pulumi.model.kubernetes_names import key_rule, label_value_rule
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments, Problem

FORMAT_LABEL_SETTINGS = {
    "formatLabelKey": "key",
    "formatLabelEnvVar": "env_var",
    "formatLabelConfigParam": "config_param",
}
"""The part of the label that each setting gives."""


def parse_format_label(settings: Mapping[str, Any]) -> FormatLabel:
    """The label that the settings describe. An empty key turns it off. Raises `InvalidArguments`."""
    values = {name: settings[name] for name in FORMAT_LABEL_SETTINGS if settings.get(name) is not None}
    problems = [Problem(name, rule) for name, value in values.items() if (rule := _rule(name, value))]
    if problems:
        raise InvalidArguments(problems)
    return FormatLabel(**{FORMAT_LABEL_SETTINGS[name]: value for name, value in values.items()})


def _rule(name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return "must be a string"
    if name == "formatLabelKey":
        return key_rule(value) if value else None
    return label_value_rule(value)
