"""The field manager of a stack: the name under which the API server records which fields of a Secret are the stack's.

pulumi-kubernetes makes up a random name for each object that it creates, and only the stack's state has it. If the
state is lost before it is saved, nobody can change the object's data without a conflict any more. With the annotation,
the provider uses the name in it (pulumi-kubernetes `provider/pkg/provider/provider.go`, fieldManagerName).
"""

from hashlib import sha256

FIELD_MANAGER_ANNOTATION = "pulumi.com/patchFieldManager"
# Kubernetes `staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go`, FieldManagerMaxLength
_MAX_LENGTH = 128
_DIGEST_LENGTH = 16


def field_manager(project: str, stack: str) -> str:
    """The name for a Secret that this stack creates. Two stacks have different ones, so they still conflict."""
    name = f"seldon-secrets/{project}/{stack}"
    if len(name) <= _MAX_LENGTH:
        return name
    digest = sha256(name.encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"{name[: _MAX_LENGTH - _DIGEST_LENGTH - 1]}-{digest}"
