"""The connection to a cluster of a kubeconfig, or to the cluster that this process runs in."""

import logging
import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.inventory.cluster_errors import ClusterError
from seldon_secrets_pulumi.inventory.exec_plugin import credential
from seldon_secrets_pulumi.inventory.no_answer import INVALID_ADDRESS
from seldon_secrets_pulumi.untrusted_text import parse_yaml, printable

if TYPE_CHECKING:
    from kubernetes.client import ApiClient, Configuration

# Messages of the client that repeat only names and paths of the kubeconfig, up to the first brace.
_MESSAGES_ABOUT_FILES = ("Invalid kube-config", "File does not exist", "exec: malformed request")


def connect(context: str | None, kubeconfig: str | None = None) -> "ApiClient":
    """A client for the API. `kubeconfig` is the name of a file or its content. Raises `ClusterError`."""
    from kubernetes import client

    # urllib3 would print warnings on standard error.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    configuration: Configuration = type.__call__(client.Configuration)  # not a copy of the process's default
    # urllib3 would obey a `Retry-After` of an hour. `api_request.py` decides what is tried again.
    configuration.retries = False
    _configure(configuration, context, kubeconfig)
    if not configuration.host.startswith(("https://", "http://")):
        raise ClusterError("no cluster: the kubeconfig's server must start with https:// or http://")
    try:
        return client.ApiClient(configuration)
    except ImportError:
        raise ClusterError("no cluster: a SOCKS proxy requires the Python package PySocks") from None
    except ValueError:  # urllib3's message contains parts of the address
        raise ClusterError(f"no cluster: {INVALID_ADDRESS}") from None


def _configure(configuration: "Configuration", context: str | None, kubeconfig: str | None) -> None:
    import yaml
    from kubernetes import config

    try:
        _load(configuration, context, kubeconfig)
    except OSError as error:
        raise ClusterError(f"no cluster: the kubeconfig can't be read ({error.strerror})") from None
    except (yaml.YAMLError, TypeError, AttributeError, ValueError):
        # The client raises the last three for YAML that is not a kubeconfig.
        raise ClusterError("no cluster: the kubeconfig is not valid") from None
    except config.ConfigException as error:
        if context or kubeconfig or "KUBERNETES_SERVICE_HOST" not in os.environ:
            raise ClusterError(f"no cluster: {_reason(error)}") from None
        _load_from_pod(configuration)


def _load_from_pod(configuration: "Configuration") -> None:
    from kubernetes import config

    try:
        config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    except (config.ConfigException, OSError):
        raise ClusterError("no cluster: no kubeconfig, and the pod has no service account token") from None


def _reason(error: Exception) -> str:
    """What is wrong with the kubeconfig.

    The client writes whole entries of the file into its messages, with their tokens, and the output of programs.
    """
    text = " ".join(str(error).split())
    if text.startswith(_MESSAGES_ABOUT_FILES):
        return printable(text.partition("{")[0])
    return "the kubeconfig's login failed; `kubectl get namespaces` may show why"


def _load(configuration: "Configuration", context: str | None, kubeconfig: str | None) -> None:
    """As the client's `load_kube_config`, with the loader of this module."""
    from kubernetes.config import ConfigException, kube_config

    inline = parse_yaml(kubeconfig) if kubeconfig else None
    options: dict[str, Any] = {"active_context": context, "config_base_path": None}
    content: Any = inline
    if not isinstance(inline, dict):
        default = kube_config.KUBE_CONFIG_DEFAULT_LOCATION
        files = kube_config.KubeConfigMerger(kubeconfig or default)  # type: ignore[no-untyped-call]
        content, options["config_persister"] = files.config, files.save_changes
    if content is None:
        raise ConfigException("Invalid kube-config file. No configuration found.")
    _loader_class()(config_dict=content, **options).load_and_set(configuration)


@cache
def _loader_class() -> Any:
    from kubernetes.config.dateutil import parse_rfc3339
    from kubernetes.config.exec_provider import ExecProvider
    from kubernetes.config.kube_config import FileOrData, KubeConfigLoader

    class Loader(KubeConfigLoader):
        """Overrides two private methods, which the client also calls when a credential has expired (37.0.2).

        The client's own methods wait for an exec plugin without a limit, log what it printed, and continue without
        credentials if it fails.
        """

        def _load_authentication(self) -> None:
            super()._load_authentication()  # type: ignore[no-untyped-call]
            if "token" in self.__dict__:
                # A file with a token often ends with a line break, which kubectl removes, too.
                self.token = self.token.strip()

        def _load_from_exec_plugin(self) -> bool:
            user: Any = self._user
            cluster: Any = self._cluster
            if "exec" not in user:
                return False
            folder = self._get_base_path(cluster.path)  # type: ignore[no-untyped-call]
            plugin = ExecProvider(user["exec"], folder, cluster)  # type: ignore[no-untyped-call]
            status = credential(plugin)
            if "token" in status:
                self.token = f"Bearer {status['token']}"
            else:
                self.cert_file = self._file(status, "clientCertificateData", folder)
                self.key_file = self._file(status, "clientKeyData", folder)
            if "expirationTimestamp" in status:
                self.expiry = parse_rfc3339(status["expirationTimestamp"])  # type: ignore[no-untyped-call]
            return True

        def _file(self, status: Mapping[str, Any], key: str, folder: str) -> Any:
            data = FileOrData(  # type: ignore[no-untyped-call]
                status, None, data_key_name=key, file_base_path=folder, base64_file_content=False
            )
            return data.as_file()  # type: ignore[no-untyped-call]

    return Loader
