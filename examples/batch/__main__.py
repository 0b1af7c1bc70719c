"""Batch jobs that read one remote and write another: a workflow of Argo, and a plain CronJob."""

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.batch.v1 import CronJob
from pulumi_kubernetes.core.v1 import ServiceAccount

from seldon_secrets_pulumi import RcloneBucketSecret, RegistrySecret, S3BucketSecret

RCLONE_IMAGE = "registry.example.com/mirror/rclone:1.65.2"
config = pulumi.Config()
namespace = config.require("namespace")

requests = S3BucketSecret(
    "requests",
    {
        "remote": "requests",
        "namespace": namespace,
        "formats": ["env_var"],  # the format that jobs read
        "provider": "Minio",
        "endpoint": config.require("endpoint"),
        "access_key_id": config.require_secret("accessKeyId"),
        "secret_access_key": config.require_secret("secretAccessKey"),
    },
)
results = RcloneBucketSecret(
    "results",
    {
        "remote": "results",
        "namespace": namespace,
        "formats": ["env_var"],
        "type": "sftp",
        "parameters": {
            "host": "sftp.example.com",
            "user": "batch",
            "pass": config.require_secret("sftpPassword"),
        },
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

# Every pod of this service account pulls its images with the registry secret.
jobs = ServiceAccount(
    "workflow",
    metadata={"name": "workflow", "namespace": namespace},
    image_pull_secrets=[runtimes.image_pull_secret],
)
copy_results = CustomResource(
    "copy-results",
    api_version="argoproj.io/v1alpha1",
    kind="WorkflowTemplate",
    metadata={"name": "copy-results", "namespace": namespace},
    spec={
        "entrypoint": "copy",
        "serviceAccountName": jobs.metadata.name,
        "templates": [
            {
                "name": "copy",
                "container": {
                    "image": RCLONE_IMAGE,
                    "args": ["copy", requests.uri("daily/predictions"), results.uri("predictions")],
                    # The variables of both remotes.
                    "envFrom": [requests.env_from, results.env_from],
                },
            }
        ],
    },
)
delete_old_requests = CronJob(
    "delete-old-requests",
    metadata={"name": "delete-old-requests", "namespace": namespace},
    spec={
        "schedule": "0 3 * * *",
        "job_template": {
            "spec": {
                "template": {
                    "spec": {
                        "service_account_name": jobs.metadata.name,
                        "restart_policy": "Never",
                        "containers": [
                            {
                                "name": "rclone",
                                "image": RCLONE_IMAGE,
                                "args": ["delete", "--min-age", "30d", requests.uri("daily")],
                                "env_from": [requests.env_from],
                            }
                        ],
                    }
                }
            }
        },
    },
)
