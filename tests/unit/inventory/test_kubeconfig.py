"""A kubeconfig that does not lead to a cluster: one line says why, without a credential."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from seldon_secrets_pulumi.inventory import api_request, exec_plugin
from seldon_secrets_pulumi.inventory.cluster import Cluster, ClusterError
from tests.support.answering_server import Answer, answering
from tests.support.canaries import CANARY
from tests.support.kubeconfigs import write_kubeconfig
from tests.support.leaks import leaks

NOBODY = "https://127.0.0.1:1"
QUOTED = quote(CANARY, safe="")


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_request, "_FIRST_WAIT_SECONDS", 0.01)


def reason(kubeconfig: Path, context: str | None = None) -> str:
    with pytest.raises(ClusterError) as raised:
        Cluster(context, str(kubeconfig)).secret("team", "name")
    text = str(raised.value)
    assert leaks(text, {"token": CANARY}) == []
    assert "\n" not in text
    return text


def exec_plugin_of(*command: str, **more: Any) -> Mapping[str, Any]:
    name, *arguments = command
    return {
        "exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": name, "args": arguments, **more}
    }


@pytest.mark.parametrize(
    ("server", "cluster", "message"),
    [
        (NOBODY, {}, f"no answer from {NOBODY}: connection refused (tried 3 times)"),
        ("https://nowhere.invalid:6443", {}, "its name can't be resolved (DNS)"),
        (f"https://user:{QUOTED}@127.0.0.1:1", {}, f"no answer from {NOBODY}: connection refused"),
        ("127.0.0.1:6443", {}, "must start with https://"),
        ("https://[", {}, "the kubeconfig is not valid"),
        (
            NOBODY,
            {"proxy-url": f"http://user:{CANARY}@127.0.0.1:1"},
            "is not a valid address",
        ),  # it has a slash
        (
            "https://10.1.1.1:2",
            {"proxy-url": f"http://user:{QUOTED}@127.0.0.1:1"},
            "through the proxy http://127.0.0.1:1: connection refused; check HTTPS_PROXY",
        ),
        (NOBODY, {"certificate-authority": "/nonexistent"}, "File does not exist: /nonexistent"),
        (NOBODY, {"certificate-authority-data": "x"}, "the kubeconfig is not valid"),
    ],
)
def test_the_cause_of_a_missing_answer_is_named(
    tmp_path: Path, server: str, cluster: dict[str, Any], message: str
) -> None:
    assert message in reason(write_kubeconfig(tmp_path, server, **cluster))


def test_a_proxy_of_the_environment_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{QUOTED}@127.0.0.1:1")
    assert "through the proxy http://127.0.0.1:1: " in reason(
        write_kubeconfig(tmp_path, "https://10.1.1.1:2")
    )


def test_a_proxy_that_refuses_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(lambda _, __: Answer(501)) as proxy:  # it has no CONNECT
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        assert "tunnel connection failed: 501" in reason(write_kubeconfig(tmp_path, "https://10.1.1.1:2"))


def test_a_server_without_tls(tmp_path: Path) -> None:
    with answering(lambda _, __: Answer()) as server:
        kubeconfig = write_kubeconfig(tmp_path, server.replace("http:", "https:"))
        assert "it does not speak TLS" in reason(kubeconfig)


@pytest.mark.parametrize("token", [f"{CANARY}\nX-Header: y", f"{CANARY}€"])
def test_a_token_that_is_no_header(tmp_path: Path, token: str) -> None:
    kubeconfig = write_kubeconfig(tmp_path, "http://127.0.0.1:1", {"token": token})
    assert "the kubeconfig's token can't be sent" in reason(kubeconfig)


def test_a_line_break_at_the_end_of_a_token_file_is_ignored_as_kubectl_does(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{CANARY}\n")
    secret = {"kind": "Secret", "metadata": {"name": "name", "namespace": "team"}}
    with answering(lambda _, __: Answer(body=json.dumps(secret).encode())) as server:
        kubeconfig = write_kubeconfig(tmp_path, server, {"tokenFile": str(tmp_path / "token")})
        assert str(Cluster(kubeconfig=str(kubeconfig)).secret("team", "name")) == "team/name"


@pytest.mark.parametrize(
    ("user", "message"),
    [
        (exec_plugin_of("sh", "-c", f"echo {CANARY} >&2; exit 3"), "'sh' failed (exit code 3)"),
        (exec_plugin_of("/nonexistent/plugin"), "'plugin' can't be run (no such file or directory)"),
        (exec_plugin_of("echo", CANARY), "'echo' printed no credential"),
        (exec_plugin_of("echo", '{"status": {"token": ""}}'), "'echo' printed no credential"),
        ({"exec": {"command": "sh", "args": [CANARY]}}, "exec: malformed request. missing key 'apiVersion'"),
        (
            {"auth-provider": {"name": "gcp", "config": {"cmd-path": "sh", "cmd-args": f"-c {CANARY}"}}},
            "the kubeconfig's login failed",
        ),
    ],
)  # fmt: skip
def test_a_failed_login_is_named(tmp_path: Path, user: Mapping[str, Any], message: str) -> None:
    assert message in reason(write_kubeconfig(tmp_path, NOBODY, user))


def test_an_exec_plugin_that_waits_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exec_plugin, "_SECONDS", 0.3)
    start = time.monotonic()
    text = reason(write_kubeconfig(tmp_path, NOBODY, exec_plugin_of("sleep", "1000")))
    assert "'sleep' did not end within 0.3 s; if it waits for a login" in text
    assert time.monotonic() - start < 30


def test_an_exec_plugin_gets_the_cluster_and_its_token_is_sent_until_it_expires(tmp_path: Path) -> None:
    count = tmp_path / "count"
    script = tmp_path / "plugin"
    status = json.dumps({"status": {"token": CANARY, "expirationTimestamp": "2020-01-01T00:00:00Z"}})
    script.write_text(
        f"#!/bin/sh\necho x >> {count}\nprintf %s \"$KUBERNETES_EXEC_INFO\" > {tmp_path}/info\necho '{status}'\n"
    )
    script.chmod(0o755)
    secret = {"kind": "Secret", "metadata": {"name": "name", "namespace": "team"}}
    with answering(lambda _, __: Answer(body=json.dumps(secret).encode())) as server:
        user = exec_plugin_of("./plugin", provideClusterInfo=True)
        cluster = Cluster(kubeconfig=str(write_kubeconfig(tmp_path, server, user)))
        assert count.read_text() == "x\n"
        cluster.secret("team", "name")
        assert count.read_text() == "x\nx\n"
    info = json.loads((tmp_path / "info").read_text())
    assert info["spec"]["cluster"]["server"] == server
    assert info["spec"]["interactive"] is False


def test_errors_about_a_kubeconfig_do_not_repeat_its_entries(tmp_path: Path) -> None:
    kubeconfig = write_kubeconfig(tmp_path, NOBODY)
    content = json.loads(kubeconfig.read_text())
    content["users"] = [{"name": "user", "token": CANARY}]
    kubeconfig.write_text(json.dumps(content))
    assert "Expected key user in" in reason(kubeconfig)
    assert "Expected object with name typo in" in reason(kubeconfig, "typo")
