"""Logs in and calls the Secrets service with Seldon's SDK. Prints what it got as JSON."""

import json
import os
import sys

from seldon_deploy_sdk import (  # type: ignore[import-not-found]
    ApiClient,
    Configuration,
    PermissionManagementServiceApi,
    SecretsServiceApi,
    V1RcloneConfig,
)
from seldon_deploy_sdk.auth import AuthMethod, OIDCAuthenticator  # type: ignore[import-not-found]
from seldon_deploy_sdk.rest import ApiException  # type: ignore[import-not-found]

namespace, method = sys.argv[1:]
configuration = Configuration()
configuration.host = os.environ["SELDON_PLATFORM_HOST"] + "/seldon-deploy/api/v1alpha1"
configuration.oidc_server = os.environ["SELDON_PLATFORM_OIDC_SERVER"]
configuration.oidc_client_id = os.environ["SELDON_PLATFORM_OIDC_CLIENT_ID"]
configuration.oidc_client_secret = os.environ["SELDON_PLATFORM_OIDC_CLIENT_SECRET"]
configuration.username = os.environ["SELDON_PLATFORM_USERNAME"]
configuration.password = os.environ["SELDON_PLATFORM_PASSWORD"]
configuration.auth_method = AuthMethod(method)
configuration.id_token = OIDCAuthenticator(configuration).authenticate()

client = ApiClient(configuration)
service = SecretsServiceApi(client)
permissions = PermissionManagementServiceApi(client).permission_management_service_get_permissions(
    caller_permissions=True
)
rclone = V1RcloneConfig(remote_type="s3", variables={"provider": "AWS", "access_key_id": "a"})
for format_name in ("env_var", "config_param"):
    service.secrets_service_create_rclone_bucket_secret(namespace, "models", rclone, format=format_name)


def listed(**filters: str) -> list[dict[str, str]]:
    pages, token = [], ""
    while True:
        page = service.secrets_service_list_secrets(
            namespace, "bucket", page_size="1", **({"page_token": token} if token else {}), **filters
        )
        pages += [client.sanitize_for_serialization(each) for each in page.secrets]
        token = page.next_page_token
        if not token:
            return pages


found = {
    "default": listed(),
    "config_param": listed(bucket_secret_format="config_param"),
    "search": listed(search="nothing"),
    "permissions": client.sanitize_for_serialization(permissions)["permissions"],
}
for name in ("models-bucket-envvars", "models-bucket-params"):
    service.secrets_service_delete_secret(namespace, "bucket", name)
try:
    service.secrets_service_delete_secret(namespace, "bucket", "absent")
except ApiException as error:
    found["absent"] = error.status
print(json.dumps(found))
