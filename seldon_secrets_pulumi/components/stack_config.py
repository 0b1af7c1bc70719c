"""The settings that a stack's configuration makes for all components."""

import pulumi

from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.model import format_label as model
from seldon_secrets_pulumi.model.metadata import FormatLabel
from seldon_secrets_pulumi.model.problem import InvalidArguments


def format_label() -> FormatLabel:
    """The format label: `seldon-secrets:formatLabelKey`, `…:formatLabelEnvVar` and `…:formatLabelConfigParam`.

    An empty key leaves the label out. Raises `InvalidDeclaration` for what can't be a label.
    """
    config = pulumi.Config("seldon-secrets")
    try:
        return model.format_label({name: config.get(name) for name in model.SETTINGS})
    except InvalidArguments as invalid:
        raise InvalidDeclaration("stack config seldon-secrets", invalid.problems) from None
