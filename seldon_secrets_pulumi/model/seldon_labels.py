"""The labels by which Seldon Enterprise Platform recognizes Secrets."""

from dataclasses import dataclass

# The kinds of Secrets that Seldon lists, and Kubernetes' type of each.
KUBERNETES_TYPES = {"bucket": "Opaque", "registry": "kubernetes.io/dockerconfigjson"}
KINDS = tuple(KUBERNETES_TYPES)
SECRET_TYPE_LABEL = "secret-type"  # noqa: S105 - a label's key
SELDON_LABEL = "seldon-deploy"
MANAGED_BY_LABEL = "app.kubernetes.io/managed-by"


@dataclass(frozen=True, slots=True)
class FormatLabel:
    """The label that shows Seldon Enterprise Platform the format of a bucket secret.

    An empty `key` turns it off, and an empty value turns it off for Secrets in that format.

    Its key and values are not public. The defaults follow the platform's other labels: the API field
    (`bucketSecretFormat`) in kebab case, with the API's own value.
    """

    key: str = "bucket-secret-format"
    env_var: str = "env_var"
    config_param: str = "config_param"

    def label(self, format_name: str) -> dict[str, str]:
        value = getattr(self, format_name)
        return {self.key: value} if self.key and value else {}


def seldon_labels(secret_type: str) -> dict[str, str]:
    """The labels that a Secret needs so that Seldon Enterprise Platform offers it.

    Source: its documentation, "Storage initializers" and "Upgrading to 1.5.0".
    """
    return {SECRET_TYPE_LABEL: secret_type, SELDON_LABEL: "true", MANAGED_BY_LABEL: "pulumi"}
