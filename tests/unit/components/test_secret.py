"""A Secret is registered as the class of Pulumi's Kubernetes SDK registers it."""

from typing import Any

import pulumi
from pulumi_kubernetes.core.v1 import Secret

from seldon_secrets_pulumi.components.secret import SecretInputs, declare
from tests.support.mocked_run import RecordingMonitor, Run


def test_a_secret_is_registered_as_by_the_sdk(run: Run) -> None:
    labels, annotations, data = {"secret-type": "bucket"}, {"owner": "us"}, {"key": "dmFsdWU="}
    of_stack = {
        "pulumi.com/patchFieldManager": "seldon-secrets/project/stack",
        "seldon-secrets.pulumi/stack": "project/stack",
    }
    fixed = ['metadata.annotations["pulumi.com/patchFieldManager"]']

    def program() -> None:
        component, dependency = (
            pulumi.ComponentResource("a:b:C", "parent"),
            pulumi.ComponentResource("a:b:C", "d"),
        )
        opts = pulumi.ResourceOptions(depends_on=dependency, retain_on_delete=True)
        declare(component, "ours", SecretInputs("name", "team", labels, annotations, data, "Opaque"), opts)
        declare(component, "ours, bare", SecretInputs("name", "team", labels, None, data, "Opaque"), None)
        metadata = {"name": "name", "namespace": "team", "labels": labels}
        Secret(
            "theirs",
            metadata={**metadata, "annotations": {**of_stack, **annotations}},
            data=data,
            type="Opaque",
            opts=pulumi.ResourceOptions(
                parent=component, depends_on=dependency, retain_on_delete=True, ignore_changes=fixed
            ),
        )
        Secret(
            "theirs, bare",
            metadata={**metadata, "annotations": of_stack},
            data=data,
            type="Opaque",
            opts=pulumi.ResourceOptions(parent=component, ignore_changes=fixed),
        )

    monitor = RecordingMonitor(run)
    run(program, monitor=monitor)
    ours, theirs = (
        [monitor.requests[f"{name}{kind}"] for kind in ("", ", bare")] for name in ("ours", "theirs")
    )
    assert ours[0].version
    for one in (*ours, *theirs):
        for field in ("name", "sourcePosition", "stackTrace"):
            one.ClearField(field)
    assert ours == theirs


def declare_with(annotations: Any) -> None:
    component = pulumi.ComponentResource("a:b:C", "parent")
    declare(component, "secret", SecretInputs("name", "team", {}, annotations, {}, "Opaque"), None)


def test_an_annotation_of_the_user_wins_and_may_change(run: Run) -> None:
    monitor = RecordingMonitor(run)
    run(lambda: declare_with({"pulumi.com/patchFieldManager": "ours"}), monitor=monitor)
    assert run.secrets()["secret"]["metadata"]["annotations"] == {
        "pulumi.com/patchFieldManager": "ours",
        "seldon-secrets.pulumi/stack": "project/stack",
    }
    assert not monitor.requests["secret"].ignoreChanges


def test_the_stack_is_added_to_annotations_that_another_resource_provides(run: Run) -> None:
    run(lambda: declare_with(pulumi.Output.from_input({"owner": "us"})))
    assert run.secrets()["secret"]["metadata"]["annotations"] == {
        "owner": "us",
        "pulumi.com/patchFieldManager": "seldon-secrets/project/stack",
        "seldon-secrets.pulumi/stack": "project/stack",
    }
