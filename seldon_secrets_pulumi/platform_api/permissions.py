"""What the platform's policies (Open Policy Agent) permit.

Source: Seldon Enterprise Platform's documentation, "Authorization": pairs of an action, `read` or `write`, and a
resource such as `namespace/team-a` or `namespace/*`.
"""

from dataclasses import dataclass

READ, WRITE = "read", "write"
_ALL = "*"


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one resource, or on all of its kind."""

    action: str
    resource: str


def read_permissions(pairs: object) -> list[Permission]:
    """The valid pairs of an answer."""
    return [
        Permission(pair["action"], pair["resource"])
        for pair in (pairs if isinstance(pairs, list) else [])
        if isinstance(pair, dict)
        and isinstance(pair.get("action"), str)
        and isinstance(pair.get("resource"), str)
    ]


def missing_actions(permissions: list[Permission], namespace: str) -> list[str]:
    """The actions on a namespace that no permission allows."""
    resources = {f"namespace/{namespace}", f"namespace/{_ALL}", _ALL}
    allowed = {each.action for each in permissions if each.resource in resources}
    return [action for action in (READ, WRITE) if action not in allowed and _ALL not in allowed]
