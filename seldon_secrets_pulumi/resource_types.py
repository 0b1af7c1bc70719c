"""Pulumi's names of the resource types that several modules use."""

SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type's name
SELDON_SECRETS = "seldon-secrets:index:SeldonSecrets"
NAMESPACE = "kubernetes:core/v1:Namespace"
