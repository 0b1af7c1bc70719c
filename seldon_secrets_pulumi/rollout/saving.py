"""How often pulumi may save the state of a stack during an update.

Backends without a journal write the whole state for each change of a resource. With one save at the end, an update takes a
fraction of the time and the memory, but an update that is killed has changed a cluster without a trace in the state. That
is safe for objects that the next update finds by their names and may change again: Secrets whose field manager does not
change from run to run, and namespaces.
"""

from seldon_secrets_pulumi.automation.stack import Preview
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION
from seldon_secrets_pulumi.resource_types import NAMESPACE, SECRET

_NAMED = 3  # types in one message


def obstacle(preview: Preview) -> str | None:
    """Why pulumi has to save the state after each change, or None if one save at the end is safe."""
    changes = [change for change in preview.changes if change.has_provider]
    if others := sorted({change.type for change in changes} - {SECRET, NAMESPACE}):
        more = ", …" if len(others) > _NAMED else ""
        return (
            f"the stack has resources other than Secrets and namespaces ({', '.join(others[:_NAMED])}{more})"
        )
    created = [change for change in changes if change.operation in {"create", "replace"}]
    if any(
        change.type == SECRET and FIELD_MANAGER_ANNOTATION not in change.annotations for change in created
    ):
        return "the program declares Secrets without this package"
    if any(provider.get("renderYamlToDirectory") for provider in preview.providers.values()):
        return "the stack writes manifests to a folder"
    return None
