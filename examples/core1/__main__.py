"""Core 1: one model that a prepackaged server loads from a bucket, and one in an image from a private registry."""

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
        "formats": ["env_var"],  # the format that Core 1 reads
        "provider": "Minio",
        "endpoint": config.require("endpoint"),
        "access_key_id": config.require_secret("accessKeyId"),
        "secret_access_key": config.require_secret("secretAccessKey"),
        "reloader": True,
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
prepackaged = CustomResource(
    "iris",
    api_version="machinelearning.seldon.io/v1",
    kind="SeldonDeployment",
    metadata={"name": "iris", "namespace": namespace},
    spec={
        # Core 1 copies these annotations to the Deployments, where Stakater's Reloader reads them.
        "annotations": {"reloader.stakater.com/search": "true"},
        "predictors": [
            {
                "name": "default",
                "graph": {
                    "name": "classifier",
                    "implementation": "SKLEARN_SERVER",
                    "modelUri": models.uri("iris/v1"),
                    "envSecretRefName": models.env_var_secret_name,
                },
            }
        ],
    },
)
custom = CustomResource(
    "fraud",
    api_version="machinelearning.seldon.io/v1",
    kind="SeldonDeployment",
    metadata={"name": "fraud", "namespace": namespace},
    spec={
        "annotations": {"reloader.stakater.com/search": "true"},
        "predictors": [
            {
                "name": "default",
                "graph": {"name": "classifier", "type": "MODEL"},
                "componentSpecs": [
                    {
                        "spec": {
                            # This container reads the bucket itself while it runs.
                            "containers": [
                                {
                                    "name": "classifier",
                                    "image": config.require("image"),
                                    "envFrom": [models.env_from],
                                }
                            ],
                            "imagePullSecrets": [runtimes.image_pull_secret],
                        }
                    }
                ],
            }
        ],
    },
)

pulumi.export("modelUri", models.uri("iris/v1"))
