"""Core 2: a Model that names its bucket secret, on a Server whose images come from a private registry."""

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from seldon_secrets_pulumi import RegistrySecret, S3BucketSecret

config = pulumi.Config()
namespace = config.require("namespace")

models = S3BucketSecret(
    "models",
    {
        "remote": "models",
        "namespace": namespace,
        "formats": ["config_param"],  # the format that Core 2 reads
        "provider": "Minio",
        "endpoint": config.require("endpoint"),
        "access_key_id": config.require_secret("accessKeyId"),
        "secret_access_key": config.require_secret("secretAccessKey"),
    },
)
runtimes = RegistrySecret(
    "runtimes",
    {
        "secret_name": "runtimes",
        "namespace": namespace,
        "server": "registry.example.com",
        "username": "seldon",
        "password": config.require_secret("registryPassword"),
    },
)

# Both use outputs of the components, so Pulumi creates them after the Secrets and deletes them before.
server = CustomResource(
    "server",
    api_version="mlops.seldon.io/v1alpha1",
    kind="Server",
    metadata={"name": "private-mlserver", "namespace": namespace},
    spec={
        "serverConfig": "mlserver",
        "replicas": 1,
        "podSpec": {"imagePullSecrets": [runtimes.image_pull_secret]},
    },
)
model = CustomResource(
    "iris",
    api_version="mlops.seldon.io/v1alpha1",
    kind="Model",
    metadata={"name": "iris", "namespace": namespace},
    spec={
        "storageUri": models.uri("iris/v1"),
        "secretName": models.config_param_secret_name,
        "requirements": ["sklearn"],
    },
    opts=pulumi.ResourceOptions(depends_on=server),
)

pulumi.export("storageUri", models.uri("iris/v1"))
