"""The settings that a stack's configuration makes for all components."""

import pulumi

from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.model.metadata import FormatLabel, key_rule, label_value_rule
from seldon_secrets_pulumi.model.problem import Problem


def format_label() -> FormatLabel:
    """The format label: `seldon-secrets:formatLabelKey`, `…:formatLabelEnvVar` and `…:formatLabelConfigParam`.

    An empty key leaves the label out. Raises `InvalidDeclaration` for what can't be a label.
    """
    config = pulumi.Config("seldon-secrets")
    default = FormatLabel()
    settings = {
        setting: given if (given := config.get(setting)) is not None else standard
        for setting, standard in (
            ("formatLabelKey", default.key),
            ("formatLabelEnvVar", default.env_var),
            ("formatLabelConfigParam", default.config_param),
        )
    }
    key, *values = settings.values()
    rules = [key_rule(key) if key else None, *map(label_value_rule, values)]
    problems = [Problem(setting, rule) for setting, rule in zip(settings, rules, strict=True) if rule]
    if problems:
        raise InvalidDeclaration("stack config seldon-secrets", problems)
    return FormatLabel(*settings.values())
