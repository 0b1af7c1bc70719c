"""`SeldonSecrets`."""

from pathlib import Path

import pulumi

from seldon_secrets_pulumi.components import stack_config
from seldon_secrets_pulumi.components.bucket import warn_of_dash
from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.components.program import Program
from seldon_secrets_pulumi.components.secret import Content, declare, warn_of_replacement
from seldon_secrets_pulumi.model.secret_data import encoded
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.resource_types import SELDON_SECRETS
from seldon_secrets_pulumi.stack import settings
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret, declared_secrets

_LABEL = "stack config seldon-secrets"
_SHOWN = 20  # commands in one warning


class SeldonSecrets(pulumi.ComponentResource):
    """Every Secret that the stack's configuration declares under `seldon-secrets:`, as direct children.

    The Secrets are named `namespace/secret` in the state, so that the order of entries means nothing. Raises
    `InvalidDeclaration`, in a preview already, with the problems of all entries.
    """

    secrets: pulumi.Output[list[str]]
    """The Secrets, as `namespace/name`."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(SELDON_SECRETS, name, None, opts)
        program = Program.current()
        warn_of_replacement(self, program)
        declared = self._declared(program)
        for secret in declared:
            if secret.rclone_variables_of:
                warn_of_dash(self, program, secret.rclone_variables_of)
            declare(self, str(secret), _content(secret), opts)
        self.secrets = pulumi.Output.from_input([str(secret) for secret in declared])
        self.register_outputs({"secrets": self.secrets})

    def _declared(self, program: Program) -> list[DeclaredSecret]:
        label = stack_config.format_label()
        try:
            given = settings.read()
            if readable := list(settings.readable_credentials(given)):
                self._warn_of_plaintext(readable)
            declared = declared_secrets(given, Path(pulumi.get_root_directory()), label)
        except InvalidArguments as invalid:
            raise InvalidDeclaration(_LABEL, invalid.problems) from None
        claims = (
            problem
            for it in declared
            for problem in program.claim(self, f"{_LABEL}, {it.entry}", it.entry, it.namespace, it.name)
        )
        if problems := list(claims):
            raise InvalidDeclaration(_LABEL, problems)
        return declared

    def _warn_of_plaintext(self, paths: list[str]) -> None:
        lines = [f"  pulumi config set --secret --path 'seldon-secrets:{path}'" for path in paths[:_SHOWN]]
        if len(paths) > _SHOWN:
            lines.append(f"  and {len(paths) - _SHOWN} more")
        commands = "\n".join(lines)
        pulumi.log.warn(
            "the stack's configuration holds credentials in plain text; these commands ask for each value and "
            f"encrypt it:\n{commands}",
            self,
        )


def _content(secret: DeclaredSecret) -> Content:
    return Content(
        name=secret.name,
        namespace=secret.namespace,
        labels=dict(secret.labels),
        annotations=dict(secret.annotations) or None,
        data=encoded(secret.data),
        type=secret.type,
    )
