"""Completes the plugin's schema with everything that Pulumi's analysis of the components omits."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from typing import Any

from seldon_secrets_pulumi.model.kinds import CREDENTIAL_MAPPINGS, DECLARABLE_KINDS

CREDENTIALS = CREDENTIAL_MAPPINGS | {
    "checksum",
    *(name for kind in DECLARABLE_KINDS for name in (*kind.credentials, *kind.identifiers)),
}
"""The Python names of the inputs and outputs that are, or may contain, a credential."""

_ABOUT = {
    "homepage": "https://pypi.org/project/seldon-secrets-pulumi/",
    "displayName": "Seldon secrets",
    "description": "Storage and registry credentials for Seldon as Kubernetes Secrets",
    "license": "Apache-2.0",
    "keywords": ["category/infrastructure", "kind/component", "seldon", "kubernetes", "secrets", "rclone"],
}


def complete(
    schema: dict[str, Any], components: Mapping[str, type], name_of: Mapping[str, str]
) -> dict[str, Any]:
    """The schema with all descriptions, the marks on credentials, and the facts about the package.

    `name_of` has the Python name of each property.
    """
    for token, resource in schema["resources"].items():
        component = components[token.rpartition(":")[2]]
        args = inspect.signature(component).parameters["args"].annotation
        resource["description"] = inspect.cleandoc(component.__doc__ or "")
        for owner, properties in ((args, resource["inputProperties"]), (component, resource["properties"])):
            described = _descriptions(owner)
            for name, definition in properties.items():
                definition["description"] = described[name_of[name]]
                if name_of[name] in CREDENTIALS:
                    definition["secret"] = True
    # No versions of other packages: they would be those that happen to be installed here.
    return {key: value for key, value in schema.items() if key != "dependencies"} | _ABOUT


def _descriptions(owner: type) -> dict[str, str]:
    """The docstring of every attribute. Pulumi's analysis loses those of base classes."""
    docstrings: dict[str, str] = {}
    # A TypedDict has no base classes at run time, but keeps those of its definition.
    bases: tuple[type, ...] = getattr(owner, "__orig_bases__", owner.__bases__)
    for base in bases:
        if getattr(base, "__module__", "").startswith(__name__.partition(".")[0]):
            docstrings |= _descriptions(base)
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 - the source of a class
    for attribute, text in zip(definition.body, definition.body[1:], strict=False):
        match attribute, text:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(docstring))):
                docstrings[name] = inspect.cleandoc(docstring)
    return docstrings
