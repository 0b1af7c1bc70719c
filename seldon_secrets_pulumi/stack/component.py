"""`SeldonSecrets`."""

import shlex
from collections.abc import Mapping
from typing import Any

import pulumi

from seldon_secrets_pulumi.components.bucket import warn_of_dash, warn_of_older_images
from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.components.program import Program
from seldon_secrets_pulumi.components.registry import warn_of_missing_logins
from seldon_secrets_pulumi.components.secret import SecretInputs, declare, secret_data, warn_of_replacement
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.resource_types import SELDON_SECRETS
from seldon_secrets_pulumi.stack import settings
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret, secrets_of_stack
from seldon_secrets_pulumi.untrusted_text import printable

_LABEL = "stack config seldon-secrets"
_SHOWN = 20  # commands in one warning


class SeldonSecrets(pulumi.ComponentResource):
    """Every Secret that the stack's configuration declares under `seldon-secrets:`, as direct children.

    The state names each Secret `namespace/secret`, so the order of the entries has no effect. Raises
    `InvalidDeclaration` with the problems of all entries, already in a preview.
    """

    secrets: pulumi.Output[list[str]]
    """The Secrets, as `namespace/name`."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(SELDON_SECRETS, name, None, opts)
        program = Program.current()
        warn_of_replacement(self, program)
        secrets = self._secrets(program)
        protection = {protect: _protected(opts, protect) for protect in (None, True, False)}
        for secret in secrets:
            if secret.rclone_variables_of:
                warn_of_dash(self, program, secret.rclone_variables_of)
            label = f"{_LABEL}, {secret.entry}"
            warn_of_older_images(self, program, label, secret.lacking_in_newest_release)
            warn_of_missing_logins(self, str(secret), secret.registries_without_login)
            declare(self, str(secret), _inputs(secret), protection[secret.protect])
        self.secrets = pulumi.Output.from_input([str(secret) for secret in secrets])
        self.register_outputs({"secrets": self.secrets})

    def _secrets(self, program: Program) -> list[DeclaredSecret]:
        try:
            configured = settings.read()
            self._warn_of_plaintext(configured)
            secrets = secrets_of_stack(
                configured, settings.project_folder(), other_problems=settings.misplaced()
            )
        except InvalidArguments as invalid:
            raise InvalidDeclaration(_LABEL, invalid.problems) from None
        claims = (
            program.claim(self, f"{_LABEL}, {each.entry}", each.entry, each.namespace, each.name)
            for each in secrets
        )
        if problems := [problem for problem in claims if problem]:
            raise InvalidDeclaration(_LABEL, problems)
        return secrets

    def _warn_of_plaintext(self, configured: Mapping[str, Any]) -> None:
        paths = [printable(path) for path in settings.readable_credentials(configured)]
        if not paths:
            return
        # Anybody may have chosen the names within a path, and the reader will paste it into a shell.
        quoted = (shlex.quote(f"seldon-secrets:{path}") for path in paths[:_SHOWN])
        lines = [f"  pulumi config set --secret --path {path}" for path in quoted]
        if len(paths) > _SHOWN:
            lines.append(f"  and {len(paths) - _SHOWN} more")
        commands = "\n".join(lines)
        pulumi.log.warn(
            "the stack's configuration contains credentials in plain text. These commands ask for each value and "
            f"encrypt it:\n{commands}",
            self,
        )


def _protected(opts: pulumi.ResourceOptions | None, protect: bool | None) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=protect))


def _inputs(secret: DeclaredSecret) -> SecretInputs:
    return SecretInputs(
        name=secret.name,
        namespace=secret.namespace,
        labels=dict(secret.labels),
        annotations=dict(secret.annotations) or None,
        data=secret_data(secret.data),
        type=secret.type,
    )
