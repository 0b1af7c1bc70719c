"""`import` with a real API server and the real pulumi: a stack adopts existing Secrets without changing their data."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from kubernetes import client

from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .support.bucket_secrets import create_reader
from .support.import_project import Project, create_adopter
from .support.live_secrets import LAST_APPLIED, SEEN


class Imported:
    """A stack that has adopted fifty Secrets in two namespaces. Several tests look at it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        live, cluster = project.live, project.cluster
        self.namespaces = [cluster.create_namespace(), cluster.create_namespace()]
        first, second = self.namespaces
        shared = live.canary("shared")
        for namespace in self.namespaces:
            live.create_every_importable_kind(namespace, shared)
        helm = {**SEEN, "app.kubernetes.io/managed-by": "Helm"}
        live.create(first, "helm-bucket-envvars", {"RCLONE_CONFIG_HELM_TYPE": "s3"}, labels=helm)
        made = cluster.core.create_namespaced_config_map(
            second, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="owner"))
        )
        assert made.metadata
        owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": made.metadata.uid}
        live.create(second, "owned", {"KEY": live.canary("owned")}, labels=SEEN, ownerReferences=[owner])
        self.before = project.secrets(*self.namespaces)
        self.file_before = project.file.read_text()
        options = ("-n", first, "-n", second)
        self.dry_run = project.run(*options, "--dry-run")
        self.file_after_dry_run = project.file.read_text()
        self.state_after_dry_run = project.pulumi("stack", "export")
        self.after_dry_run = project.secrets(*self.namespaces)
        self.answer = project.import_(first, second, code=1)
        self.steps = project.steps()
        project.pulumi("up", "--yes", "--skip-preview")
        self.unchanged = project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
        self.after = project.secrets(*self.namespaces)


@pytest.fixture(scope="module")
def imported(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Imported:
    project = Project(native_parts, control_plane, tmp_path_factory.mktemp("imported"))
    return Imported(project)


@pytest.fixture
def project(native_parts: Path, control_plane: ControlPlane, tmp_path: Path) -> Project:
    return Project(native_parts, control_plane, tmp_path)


def test_a_dry_run_shows_the_plan_and_writes_nothing(imported: Imported) -> None:
    assert imported.dry_run.returncode == 1  # two Secrets are skipped
    assert "buckets: models (s3)" in imported.dry_run.stdout
    assert "raw: it has a custom name" in imported.dry_run.stdout
    assert imported.file_after_dry_run == imported.file_before
    assert "resources" not in json.loads(imported.state_after_dry_run)["deployment"]
    assert imported.after_dry_run == imported.before


def test_fifty_secrets_are_adopted_and_two_skipped_with_the_reason(imported: Imported) -> None:
    first, second = imported.namespaces
    result = imported.answer["result"]
    assert len(result["adopted"]) == 50
    assert (result["otherChanges"], result["pending"]) == ({}, [])
    reasons = {skipped["secret"]: skipped["reason"] for skipped in imported.answer["skipped"]}
    assert reasons == {
        f"{first}/helm-bucket-envvars": "Helm created it and would restore it",
        f"{second}/owned": "ConfigMap owner owns it and would restore it",
    }


def test_each_secret_becomes_the_entry_that_a_person_would_write(imported: Imported) -> None:
    first, second = imported.namespaces
    config = yaml.safe_load(imported.project.file.read_text())["config"]
    buckets = {
        (entry["remote"], entry["namespaces"][0]): entry
        for entry in config["seldon-secrets:buckets"]
        if len(entry["namespaces"]) == 1
    }
    [models] = [entry for entry in config["seldon-secrets:buckets"] if entry["remote"] == "models"]
    assert models["namespaces"] == [first, second]
    assert models["formats"] == ["env_var", "config_param"]
    assert models["accessKeyId"] == "AKIA"
    assert list(models["secretAccessKey"]) == ["secure"]
    for namespace in imported.namespaces:
        assert buckets["data1", namespace]["labels"] == {"team": "team-1"}
        assert list(buckets["warehouse", namespace]["credentials"]) == ["secure"]
        files = buckets["files", namespace]
        assert (files["obscured"], files["parameters"]["url"]) == (True, "https://files.example.com")
        assert list(files["parameters"]["pass"]) == ["secure"]
    assert {entry["remote"] for entry in config["seldon-secrets:buckets"]} == {
        *(f"data{number}" for number in range(4)),
        *("archive", "custom", "drop", "files", "models", "warehouse"),
    }
    assert {entry["name"] for entry in config["seldon-secrets:registries"]} == {"ghcr", "several"}
    raw = {entry["name"]: entry for entry in config["seldon-secrets:secrets"]}
    assert raw.keys() == {
        *("bools-bucket-params", "both", "kubectl", "minio-bucket", "minio-secret", "odd", "old-bucket"),
        "sheets-bucket-params",
    }
    assert raw["sheets-bucket-params"]["annotations"] == {"example.com/by": "me"}
    assert config["kubernetes:enableSecretMutable"] == "true"


def test_the_next_update_changes_only_labels_and_the_one_after_it_nothing(imported: Imported) -> None:
    assert {step["op"] for step in imported.steps} == {"update"}
    changed = {path for step in imported.steps for path in step["detailedDiff"]}
    assert all(path.startswith("metadata.labels") for path in changed), changed
    names = [step["urn"].rpartition("::")[2] for step in imported.steps]
    assert sorted(names) == sorted(imported.answer["result"]["metadataChanges"])
    assert imported.after == imported.before
    assert "52 unchanged" in imported.unchanged  # with the stack and the component


def test_no_credential_is_anywhere_in_plain_text(imported: Imported) -> None:
    assert imported.project.leaked() == {}
    state = imported.project.pulumi("stack", "export", "--show-secrets")
    # `leaks` also finds canaries within a value that is encoded once more.
    assert len(leaks(state, imported.project.live.canaries)) > 40
    for namespace in imported.namespaces:
        for name, secret in imported.project.cluster.secrets(namespace).items():
            assert secret.metadata
            if name not in {"helm-bucket-envvars", "owned"}:
                assert LAST_APPLIED not in (secret.metadata.annotations or {})


def test_a_second_run_does_nothing(imported: Imported) -> None:
    file, state = imported.project.file.read_text(), imported.project.pulumi("stack", "export")
    answer = imported.project.import_(*imported.namespaces, code=1)
    assert (answer["entries"], answer["adopt"], answer["result"]) == ([], [], None)
    assert len(answer["present"]) == 50
    assert imported.project.file.read_text() == file
    assert imported.project.pulumi("stack", "export") == state


def test_a_later_rotation_updates_a_secret_in_place_whichever_client_created_it(imported: Imported) -> None:
    project = imported.project
    before = project.secrets(*imported.namespaces)
    config = yaml.safe_load(project.file.read_text())["config"]
    paths = {
        f"buckets[{position}].secretAccessKey"
        for position, entry in enumerate(config["seldon-secrets:buckets"])
        if entry["remote"].startswith(("data", "models"))
    } | {
        f'secrets[{position}].data["RCLONE_CONFIG_MINIO_SECRET_ACCESS_KEY"]'
        for position, entry in enumerate(config["seldon-secrets:secrets"])
        if entry["name"] == "minio-bucket"
    }
    for path in paths:
        rotated = project.live.canary("rotated")
        project.pulumi("config", "set", "--secret", "--path", f"seldon-secrets:{path}", text=rotated)
    assert {step["op"] for step in project.steps()} == {"update"}
    project.pulumi("up", "--yes", "--skip-preview")
    after = project.secrets(*imported.namespaces)
    assert {name: uid for name, (uid, _) in after.items()} == {name: uid for name, (uid, _) in before.items()}
    rotated_secrets = [name for name in after if after[name] != before[name]]
    assert len(rotated_secrets) == 2 * (4 * 2 + 2 + 1)
    assert project.leaked() == {}


def namespace_with_four_secrets(project: Project) -> str:
    """A new namespace with Secrets that four different clients created."""
    namespace = project.cluster.create_namespace()
    for name in ("one", "two", "three", "four"):
        key = f"RCLONE_CONFIG_{name.upper()}_"
        data = {f"{key}TYPE": "s3", f"{key}SECRET_ACCESS_KEY": project.live.canary(name)}
        project.live.create(namespace, f"{name}-bucket-envvars", data, labels=SEEN)
    return namespace


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def kill_with_children(process: subprocess.Popen[str]) -> None:
    """Kill the command and the pulumi that it started, as when a machine goes down."""
    children = [
        int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if parent_of(stat) == process.pid
    ]
    for pid in (process.pid, *children):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.communicate()


def parent_of(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_a_kill_during_encryption_leaves_the_file_unchanged(project: Project) -> None:
    namespace = namespace_with_four_secrets(project)
    before, file = project.secrets(namespace), project.file.read_text()
    process = project.start("-n", namespace, "--yes")
    temporary = Path(project.engine.env["TMPDIR"])
    wait_for(lambda: any(temporary.glob("seldon-secrets-*/Pulumi.1.yaml")), process)
    kill_with_children(process)
    assert project.file.read_text() == file
    assert project.secrets(namespace) == before
    assert project.leaked() == {}
    assert len(project.import_(namespace)["result"]["adopted"]) == 4
    project.pulumi("up", "--yes", "--skip-preview")
    assert project.secrets(namespace) == before


def test_a_second_run_completes_an_adoption_that_was_killed(project: Project) -> None:
    namespace = namespace_with_four_secrets(project)
    before = project.secrets(namespace)
    process = project.start("-n", namespace, "--yes")
    locks = project.engine.backend / ".pulumi" / "locks"
    wait_for(lambda: any(locks.rglob("*.json")), process)
    kill_with_children(process)
    assert project.leaked() == {}
    answer = project.import_(namespace)
    assert answer["entries"] == []  # the file is complete
    assert len(answer["adopt"]) + len(answer["present"]) == 4
    project.pulumi("up", "--yes", "--skip-preview")
    assert project.secrets(namespace) == before
    assert project.steps() == []


def rotate_one(project: Project) -> None:
    """Rotate the credential of the first entry, which is raw."""
    entry = yaml.safe_load(project.file.read_text())["config"]["seldon-secrets:secrets"][0]
    [key] = (key for key in entry["data"] if key.endswith("_SECRET_ACCESS_KEY"))
    path = f'seldon-secrets:secrets[0].data["{key}"]'
    project.pulumi("config", "set", "--secret", "--path", path, text=project.live.canary("rotated"))
    project.pulumi("up", "--yes", "--skip-preview")


def test_rotations_right_after_an_import_and_after_a_lost_state(project: Project) -> None:
    namespace = namespace_with_four_secrets(project)
    before = project.secrets(namespace)
    project.import_(namespace)
    rotate_one(project)
    assert sum(secret != before[name] for name, secret in project.secrets(namespace).items()) == 1
    empty = project.folder / "empty.json"
    empty.write_text('{"version": 3, "deployment": {}}')
    project.pulumi("stack", "import", "--file", str(empty))
    project.pulumi("up", "--yes", "--skip-preview")
    rotate_one(project)
    project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    managers = {
        (entry.manager, entry.operation)
        for secret in project.cluster.secrets(namespace).values()
        if secret.metadata
        for entry in secret.metadata.managed_fields or []
        if "f:data" in (entry.fields_v1 or {})
    }
    assert managers == {("seldon-secrets/seldon-secrets/test", "Apply")}


def test_a_missing_permission_is_reported_before_anything_is_written(project: Project) -> None:
    namespace = namespace_with_four_secrets(project)
    file = project.file.read_text()
    kubeconfig = create_reader(project.cluster, namespace, namespace)
    finished = project.run("-n", namespace, "--yes", KUBECONFIG=str(kubeconfig))
    assert finished.returncode == 2
    assert finished.stderr == (
        f"seldon-secrets: you may not get or patch Secrets in the namespace {namespace}; adopting them requires it, so"
        " nothing was written\n"
    )
    other = project.cluster.create_namespace()
    finished = project.run("-n", other, "--yes", KUBECONFIG=str(kubeconfig))
    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert f"you may not list Secrets in 1 namespace ({other})" in finished.stderr
    assert project.file.read_text() == file


def test_permissions_are_required_only_where_a_secret_is_adopted(project: Project) -> None:
    present = namespace_with_four_secrets(project)
    skipped, adoptable = project.cluster.create_namespace(), project.cluster.create_namespace()
    project.import_(present)
    helm = {**SEEN, "app.kubernetes.io/managed-by": "Helm"}
    project.live.create(skipped, "helm", {"KEY": project.live.canary("helm")}, labels=helm)
    project.live.create(adoptable, "new", {"KEY": project.live.canary("new")}, labels=SEEN)
    kubeconfig = create_adopter(project.cluster, adoptable, present, skipped)
    options = [option for namespace in (present, skipped, adoptable) for option in ("-n", namespace)]
    finished = project.run(*options, "--yes", KUBECONFIG=str(kubeconfig))
    assert (finished.returncode, finished.stderr) == (1, "")  # one Secret is skipped
    assert "4 Secrets already in the stack" in finished.stdout
    assert "1 Secret adopted" in finished.stdout


def test_the_stack_gets_the_context_of_the_import_and_keeps_it(project: Project) -> None:
    namespace = project.cluster.create_namespace()
    data = {"RCLONE_CONFIG_X_TYPE": "s3", "RCLONE_CONFIG_X_SECRET_ACCESS_KEY": project.live.canary("x")}
    project.live.create(namespace, "x-bucket-envvars", data, labels=SEEN)
    done = project.run("-n", namespace, "--context", "admin", "--yes")
    assert done.returncode == 0, done.stderr
    assert "1 Secret adopted" in done.stdout
    assert yaml.safe_load(project.file.read_text())["config"]["kubernetes:context"] == "admin"
    other = project.run("-n", namespace, "--context", "other", "--yes")
    assert other.returncode == 2
    assert other.stderr == (
        "seldon-secrets: the stack test uses the context admin (kubernetes:context), not other\n"
    )


def test_another_format_label_than_the_stacks_is_a_usage_error(project: Project) -> None:
    finished = project.run(
        "-n", namespace_with_four_secrets(project), "--dry-run", "--format-label", "storage-format"
    )
    assert finished.returncode == 2
    assert "uses the format label bucket-secret-format=env_var,config_param, not that of" in finished.stderr
    assert finished.stderr.count("\n") == 1


def test_without_a_terminal_yes_is_required(project: Project) -> None:
    finished = project.run("-n", "default")
    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert "add --yes" in finished.stderr


def test_a_program_without_the_component_gets_a_hint_to_print_a_program(project: Project) -> None:
    (project.folder / "stack" / "__main__.py").write_text("import pulumi\n")
    finished = project.run("-n", "default", "--yes")
    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert "--to python" in finished.stderr


def test_a_secret_of_another_stack_is_skipped(project: Project) -> None:
    namespace = project.cluster.create_namespace()
    labels = {**SEEN, "app.kubernetes.io/managed-by": "pulumi"}
    project.live.create(namespace, "x", {"KEY": project.live.canary("x")}, labels=labels)
    answer = project.import_(namespace, code=1)
    assert "another Pulumi stack created it" in answer["skipped"][0]["reason"]
