"""Every check of a Secret, in the order of docs/doctor.md."""

from collections.abc import Sequence

from seldon_secrets_pulumi.doctor.check import Check
from seldon_secrets_pulumi.doctor.checks.declaration import DECLARATION
from seldon_secrets_pulumi.doctor.checks.keys import KEYS
from seldon_secrets_pulumi.doctor.checks.labels import LABELS
from seldon_secrets_pulumi.doctor.checks.manifests import MANIFESTS
from seldon_secrets_pulumi.doctor.checks.parameters import PARAMETERS
from seldon_secrets_pulumi.doctor.checks.registry import REGISTRY
from seldon_secrets_pulumi.doctor.checks.targets import TARGETS
from seldon_secrets_pulumi.doctor.checks.value import VALUE

CHECKS: Sequence[Check] = (*LABELS, *MANIFESTS, *KEYS, *VALUE, *PARAMETERS, *TARGETS, *DECLARATION, *REGISTRY)
