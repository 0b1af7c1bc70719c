"""Every way in which a Secret can be wrong for Seldon, in the order in which docs/doctor.md explains them."""

from collections.abc import Sequence

from seldon_secrets_pulumi.doctor.check import Check
from seldon_secrets_pulumi.doctor.checks.keys import KEYS
from seldon_secrets_pulumi.doctor.checks.labels import LABELS
from seldon_secrets_pulumi.doctor.checks.parameters import PARAMETERS
from seldon_secrets_pulumi.doctor.checks.registry import REGISTRY
from seldon_secrets_pulumi.doctor.checks.value import VALUE

CHECKS: Sequence[Check] = (*LABELS, *KEYS, *VALUE, *PARAMETERS, *REGISTRY)
