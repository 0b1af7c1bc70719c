"""What Pulumi's analysis of the components leaves out of the schema."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from typing import Any

CREDENTIALS = frozenset(
    {
        "accessKeyId",
        "checksum",
        "clientSecret",
        "credentials",
        "dockerConfigJson",
        "env",
        "key",
        "parameters",
        "password",
        "sasUrl",
        "secretAccessKey",
        "sessionToken",
    }
)
"""The inputs and outputs whose values are, or may hold, a credential."""

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
    """The schema with every description, the marks on credentials, and what there is to say of the package.

    `name_of` gives the Python name of each property.
    """
    for token, resource in schema["resources"].items():
        component = components[token.rpartition(":")[2]]
        args = inspect.signature(component).parameters["args"].annotation
        resource["description"] = inspect.cleandoc(component.__doc__ or "")
        for owner, properties in ((args, resource["inputProperties"]), (component, resource["properties"])):
            described = _descriptions(owner)
            for name, definition in properties.items():
                definition["description"] = described[name_of[name]]
                if name in CREDENTIALS:
                    definition["secret"] = True
    # No version of another package: it would be the one that happens to be installed here.
    return {key: value for key, value in schema.items() if key != "dependencies"} | _ABOUT


def _descriptions(owner: type) -> dict[str, str]:
    """The docstring of every attribute, those of base classes too, which Pulumi's analysis loses."""
    found: dict[str, str] = {}
    # A TypedDict has no base classes at run time, only what it was declared with.
    bases: tuple[type, ...] = getattr(owner, "__orig_bases__", owner.__bases__)
    for base in bases:
        if getattr(base, "__module__", "").startswith(__name__.partition(".")[0]):
            found |= _descriptions(base)
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 - the source of a class
    for attribute, text in zip(definition.body, definition.body[1:], strict=False):
        match attribute, text:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(docstring))):
                found[name] = inspect.cleandoc(docstring)
    return found
