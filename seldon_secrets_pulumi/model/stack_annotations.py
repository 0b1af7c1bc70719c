"""The annotations that name the stack of a Secret: for people, and for the API server's record of who owns its fields.

pulumi-kubernetes invents a field manager for each object that it creates, and only the stack's state knows its name. If
a run is killed before it saves the state, the next runs have another name, and a rotation conflicts with the lost one
forever. With an annotation, the provider uses the name in it (pulumi-kubernetes `provider/pkg/provider/provider.go`,
fieldManagerName).
"""

from collections.abc import Mapping
from hashlib import sha256

FIELD_MANAGER_ANNOTATION = "pulumi.com/patchFieldManager"
STACK_ANNOTATION = "seldon-secrets.pulumi/stack"
# Kubernetes `staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go`, FieldManagerMaxLength
_MAX_LENGTH = 128
_DIGEST_LENGTH = 16


def stack_annotations(project: str, stack: str) -> Mapping[str, str]:
    """The annotations of a Secret that this stack creates. Two stacks of a project differ in both."""
    return {
        FIELD_MANAGER_ANNOTATION: _field_manager(project, stack),
        # The provider shows an empty mapping as a change in every preview. A Secret that was created without the other
        # annotation never gets it, so this one keeps the mapping from being empty.
        STACK_ANNOTATION: f"{project}/{stack}",
    }


def _field_manager(project: str, stack: str) -> str:
    name = f"seldon-secrets/{project}/{stack}"
    if len(name) <= _MAX_LENGTH:
        return name
    digest = sha256(name.encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"{name[: _MAX_LENGTH - _DIGEST_LENGTH - 1]}-{digest}"
