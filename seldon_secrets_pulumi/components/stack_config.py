"""The settings of a stack that apply to all components."""

import pulumi

from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS, parse_format_label
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.model.setting_names import PREFIX, misplaced_settings
from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean
from seldon_secrets_pulumi.pulumi_internals import configuration


def read_format_label() -> FormatLabel:
    """The format label: `seldon-secrets:formatLabelKey`, `…:formatLabelEnvVar` and `…:formatLabelConfigParam`.

    An empty key turns it off. Raises `InvalidDeclaration` if it is not a valid label.
    """
    config = pulumi.Config("seldon-secrets")
    try:
        _check_names()
        return parse_format_label({name: config.get(name) for name in FORMAT_LABEL_SETTINGS})
    except InvalidArguments as invalid:
        raise InvalidDeclaration("stack config seldon-secrets", invalid.problems) from None


def _check_names() -> None:
    """Raise `InvalidArguments` for a misspelled setting, because Pulumi would silently ignore it."""
    keys = sorted(configuration())
    problems = list(misplaced_settings(keys, FORMAT_LABEL_SETTINGS, pulumi.get_project()))
    for name in (key.removeprefix(PREFIX) for key in keys if key.startswith(PREFIX)):
        # All other names may be settings of the ready-made stack, which checks them.
        if (
            name not in FORMAT_LABEL_SETTINGS
            and name.lower().startswith("format")
            and "label" in name.lower()
        ):
            rule = f"is not a setting; {did_you_mean(name, FORMAT_LABEL_SETTINGS)}"
            problems.append(Problem(name, rule, code="unknown_argument"))
    if problems:
        raise InvalidArguments(problems)
