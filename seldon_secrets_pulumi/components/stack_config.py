"""The settings of a stack that apply to all components."""

import pulumi

from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS, parse_format_label
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments


def read_format_label() -> FormatLabel:
    """The format label: `seldon-secrets:formatLabelKey`, `…:formatLabelEnvVar` and `…:formatLabelConfigParam`.

    An empty key turns it off. Raises `InvalidDeclaration` if it is not a valid label.
    """
    config = pulumi.Config("seldon-secrets")
    try:
        return parse_format_label({name: config.get(name) for name in FORMAT_LABEL_SETTINGS})
    except InvalidArguments as invalid:
        raise InvalidDeclaration("stack config seldon-secrets", invalid.problems) from None
