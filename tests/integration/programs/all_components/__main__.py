"""Declares one of each component, with arguments from the configuration of the stack."""

import pulumi

from seldon_secrets_pulumi import GcsBucketSecret, RcloneBucketSecret, RegistrySecret, S3BucketSecret

config = pulumi.Config()
namespace = config.require("namespace")
opts = pulumi.ResourceOptions(protect=config.get_bool("protect"))

buckets = [
    S3BucketSecret(
        remote,
        {
            "remote": remote,
            "namespace": namespace,
            "provider": "minio",
            "endpoint": config.require("s3Endpoint"),
            "access_key_id": config.require_secret("accessKeyId"),
            "secret_access_key": config.require_secret("secretAccessKey"),
            "labels": {"team": "a"},
            "annotations": {"example.com/contact": "team-a@example.com"},
        },
        opts,
    )
    for remote in ("models", "my-store")
]
gcs = GcsBucketSecret(
    "gcs",
    {
        "remote": "gs",
        "namespace": namespace,
        "credentials": config.require_secret("gcsCredentials"),
        "parameters": {"endpoint": config.require("gcsEndpoint")},
    },
    opts,
)
files = RcloneBucketSecret(
    "files",
    {
        "remote": "files",
        "namespace": namespace,
        "type": "webdav",
        "parameters": config.require_secret_object("webdav"),
    },
    opts,
)
registry = RegistrySecret(
    "registry",
    {
        "secret_name": "registry",
        "namespace": namespace,
        "server": config.require("registryServer"),
        "username": config.require("registryUsername"),
        "password": config.require_secret("registryPassword"),
    },
    opts,
)
pulumi.export("checksum", buckets[0].checksum)
pulumi.export(
    "names", [bucket.env_var_secret_name for bucket in (*buckets, gcs, files)] + [registry.secret_name]
)
