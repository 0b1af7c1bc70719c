"""Checks of existing Secrets, from a cluster, from manifests or from a test: see `diagnose`."""

from seldon_secrets_pulumi.doctor.diagnosis import Diagnosis, diagnose
from seldon_secrets_pulumi.doctor.finding import Finding

__all__ = ["Diagnosis", "Finding", "diagnose"]
