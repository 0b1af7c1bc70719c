"""Three remotes and a registry login. Each declaration creates every Secret that Seldon reads for it."""

import pulumi
import pulumi_kubernetes as kubernetes

from seldon_secrets_pulumi import GcsBucketSecret, RcloneBucketSecret, RegistrySecret, S3BucketSecret

config = pulumi.Config()

# Seldon Enterprise Platform only sees namespaces with this label.
team = kubernetes.core.v1.Namespace(
    "team",
    metadata={"name": config.require("namespace"), "labels": {"seldon.restricted": "false"}},
)
namespace = team.metadata.name

models = GcsBucketSecret(
    "models",
    {
        "remote": "models",
        "namespace": namespace,
        "credentials": config.require_secret("gcsCredentials"),
    },
)
minio = S3BucketSecret(
    "minio",
    {
        "remote": "minio",
        "namespace": namespace,
        "provider": "Minio",
        "endpoint": "http://minio.minio-system:9000",
        "access_key_id": config.require_secret("minioAccessKeyId"),
        "secret_access_key": config.require_secret("minioSecretAccessKey"),
    },
)
reference = RcloneBucketSecret(
    "reference",
    {
        "remote": "reference",
        "namespace": namespace,
        "formats": ["env_var"],  # jobs read reference data in the format of Core 1
        "type": "webdav",
        "parameters": {
            "url": "https://files.example.com/reference",
            "vendor": "other",
            "user": "seldon",
            "pass": config.require_secret("webdavPassword"),
        },
    },
)
runtimes = RegistrySecret(
    "runtimes",
    {
        "secret_name": "ghcr",
        "namespace": namespace,
        "server": "ghcr.io",
        "username": "seldon-bot",
        "password": config.require_secret("registryPassword"),
    },
)

pulumi.export("core1_env_secret_ref_name", models.env_var_secret_name)
pulumi.export("core2_secret_name", models.config_param_secret_name)
pulumi.export("model_uri", models.uri("iris/v1"))
pulumi.export("image_pull_secret", runtimes.secret_name)
