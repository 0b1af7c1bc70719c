"""The labels by which Seldon Enterprise Platform recognizes its Secrets."""

from dataclasses import dataclass

# The kinds of Secret that Seldon lists, and what Kubernetes calls the type of each.
KUBERNETES_TYPES = {"bucket": "Opaque", "registry": "kubernetes.io/dockerconfigjson"}
KINDS = tuple(KUBERNETES_TYPES)
SECRET_TYPE_LABEL = "secret-type"  # noqa: S105 - a label's key
SELDON_LABEL = "seldon-deploy"
MANAGED_BY_LABEL = "app.kubernetes.io/managed-by"


@dataclass(frozen=True, slots=True)
class FormatLabel:
    """The label that tells Seldon Enterprise Platform a bucket secret's format; no label when `key` is empty.

    Its key and values are not public. The defaults are inferred from how the platform spells its other labels:
    a kebab-case form of the API field (`bucketSecretFormat`) with the API's own value as the text.
    """

    key: str = "bucket-secret-format"
    env_var: str = "env_var"
    config_param: str = "config_param"

    def label(self, format_name: str) -> dict[str, str]:
        return {self.key: getattr(self, format_name)} if self.key else {}


def seldon_labels(secret_type: str) -> dict[str, str]:
    """The labels without which Seldon Enterprise Platform does not offer a Secret.

    Source: its documentation, "Storage initializers" and "Upgrading to 1.5.0".
    """
    return {SECRET_TYPE_LABEL: secret_type, SELDON_LABEL: "true", MANAGED_BY_LABEL: "pulumi"}
