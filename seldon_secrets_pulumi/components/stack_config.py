"""The settings that a stack's configuration makes for all components."""

import pulumi

from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS, parse_format_label
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments


def format_label() -> FormatLabel:
    """The format label: `seldon-secrets:formatLabelKey`, `…:formatLabelEnvVar` and `…:formatLabelConfigParam`.

    An empty key leaves the label out. Raises `InvalidDeclaration` for what can't be a label.
    """
    config = pulumi.Config("seldon-secrets")
    try:
        return parse_format_label({name: config.get(name) for name in FORMAT_LABEL_SETTINGS})
    except InvalidArguments as invalid:
        raise InvalidDeclaration("stack config seldon-secrets", invalid.problems) from None
