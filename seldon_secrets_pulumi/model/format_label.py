"""The format label as a stack's settings give it."""

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
"""What each part is called in a stack's configuration."""


def parse_format_label(settings: Mapping[str, Any]) -> FormatLabel:
    """The label that the settings name; an empty key leaves it out. Raises `InvalidArguments`."""
    given = {
        part: settings[name] for name, part in FORMAT_LABEL_SETTINGS.items() if settings.get(name) is not None
    }
    problems = [
        Problem(name, rule)
        for name, part in FORMAT_LABEL_SETTINGS.items()
        if part in given and (rule := _rule(part, given[part]))
    ]
    if problems:
        raise InvalidArguments(problems)
    return FormatLabel(**given)


def _rule(part: str, text: Any) -> str | None:
    if not isinstance(text, str):
        return "must be a string"
    if part == "key":
        return key_rule(text) if text else None
    return label_value_rule(text)
