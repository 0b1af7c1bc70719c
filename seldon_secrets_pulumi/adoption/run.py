"""One run of `seldon-secrets import` into a stack."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from seldon_secrets_pulumi.adoption.adopt import Outcome, adopt
from seldon_secrets_pulumi.adoption.plan import Plan, StackBefore, plan
from seldon_secrets_pulumi.adoption.target_stack import StackOfProject, WrongProject, read_stack
from seldon_secrets_pulumi.automation.encryption import Encryption, EncryptionFailed
from seldon_secrets_pulumi.automation.stack import StackFailed, Stopped
from seldon_secrets_pulumi.cli.output import progress
from seldon_secrets_pulumi.cli.views.adoption import (
    encrypting,
    show_json,
    show_outcome,
    show_plan,
    working,
)
from seldon_secrets_pulumi.errors import NoAnswerError
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.inventory.source import ClusterSource, Source
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.stack.file_editor import StackFile, UnusableFile, secret_values

if TYPE_CHECKING:
    from seldon_secrets_pulumi.automation.stack import Engine

DONE, PARTLY, FAILED = range(3)
_NEEDED = ("get", "patch")
_CONTEXT, _IN_PLACE = "kubernetes:context", "kubernetes:enableSecretMutable"


class CannotImport(Exception):  # noqa: N818 - it is shown as a sentence
    """Why nothing was written, in one line."""


@dataclass(frozen=True)
class Options:
    """What was asked for. `ask` is whether somebody is asked before anything is written."""

    namespaces: Sequence[str] | None
    all_namespaces: bool
    context: str | None
    stack: str | None
    format_label: FormatLabel
    dry_run: bool
    ask: bool
    json: bool


class Import:
    """Adds entries to a stack and adopts their Secrets. `asking` is true while a question waits for its answer."""

    def __init__(self, engine: "Engine", folder: Path, options: Options) -> None:
        self.engine = engine
        self.asking = False
        self._folder = folder
        self._options = options

    def run(self) -> int:
        """Run it; the exit code."""
        try:
            return self._run()
        except InvalidArguments as invalid:
            for problem in invalid.problems:
                _tell(f"the stack's configuration: {problem}")
            return FAILED
        except (WrongProject, UnusableFile, EncryptionFailed, NoAnswerError, CannotImport) as problem:
            _tell(str(problem))
            return FAILED
        except StackFailed as failed:
            for line in str(failed).splitlines():
                _tell(f"pulumi failed: {line.removeprefix('error: ')}")
            return FAILED
        except Stopped:
            _tell("stopped as asked; run it again to go on")
            return FAILED

    def _run(self) -> int:
        options = self._options
        with working("Reading the stack"):
            stack = read_stack(self.engine, self._folder, options.stack)
        self._check_format_label(stack)
        context = self._context(stack)
        cluster = Cluster(context, stack.provider.kubeconfig)
        source = ClusterSource(cluster, options.namespaces, all_namespaces=options.all_namespaces)
        planned = read_plan(source, stack.has)
        file = StackFile(stack.file, stack.has.settings)
        plain = {} if planned.empty else self._plain_settings(stack)
        if not options.json:
            show_plan(planned, [f"{key} to {value}" for key, value in plain.items()])
        source.check_complete()
        code = PARTLY if planned.left_out else DONE
        if options.dry_run or planned.empty:
            if options.json:
                show_json(planned, None)
            elif planned.empty:
                typer.echo("nothing to import")
            return code
        self._check_permissions(source, planned)
        self._confirm(stack)
        self._configure(stack, file, planned, plain)
        return max(code, self._adopt(stack, cluster, planned))

    def _check_format_label(self, stack: StackOfProject) -> None:
        given, own = self._options.format_label, stack.has.format_label
        if given not in {FormatLabel(), own}:
            raise CannotImport(
                f"the stack {stack.name} writes the format label {own.key}={own.env_var},{own.config_param}, not that of"
                " --format-label; its settings seldon-secrets:formatLabel… change it (`seldon-secrets calibrate --set`)"
            )

    def _context(self, stack: StackOfProject) -> str | None:
        given, own = self._options.context, stack.provider.context
        if given and own and given != own:
            raise CannotImport(f"the stack {stack.name} uses the context {own} ({_CONTEXT}), not {given}")
        return given or own

    def _plain_settings(self, stack: StackOfProject) -> dict[str, str]:
        """What else the stack needs: the cluster that was read, and updates that don't delete a Secret first."""
        settings = {}
        if self._options.context and not stack.provider.context:
            settings[_CONTEXT] = self._options.context
        if stack.provider.updates_in_place is None:
            settings[_IN_PLACE] = "true"
        return settings

    def _check_permissions(self, source: Source, planned: Plan) -> None:
        for namespace, verbs in source.denied({it.live.namespace for it in planned.adoptions}, _NEEDED):
            raise CannotImport(
                f"you may not {' or '.join(verbs)} Secrets in the namespace {namespace}, which an adoption needs;"
                " nothing was written"
            )

    def _confirm(self, stack: StackOfProject) -> None:
        if not self._options.ask:
            return
        self.asking = True
        try:
            agreed = typer.confirm(
                f"Write {stack.file.name} and adopt them into the stack {stack.name}?", err=True
            )
        except (typer.Abort, KeyboardInterrupt):
            agreed = False
        finally:
            self.asking = False
        if not agreed:
            raise CannotImport("nothing was written")

    def _configure(
        self, stack: StackOfProject, file: StackFile, planned: Plan, plain: dict[str, str]
    ) -> None:
        values = secret_values(planned.entries)
        encryption = Encryption(self._folder, stack.name, file.header, self.engine.command.stopping)
        with encrypting(len(values)) as progress:
            ciphertexts = encryption.encrypted(values, progress)
        for key, value in plain.items():
            file.set(key, value)
        file.add(planned.entries, iter(ciphertexts))
        if planned.entries or plain:
            file.write(encryption.header)

    def _adopt(self, of: StackOfProject, cluster: Cluster, planned: Plan) -> int:
        stack = self.engine.stack(of.name)
        outcome = Outcome([str(it.live) for it in planned.adoptions])
        if planned.adoptions:
            with working(f"Adopting {len(planned.adoptions)} Secrets"):
                adopt(stack, of, cluster, planned.adoptions, _tell)
        with working("Looking at what the next update does"):
            stack.preview(outcome.hear, refresh=False)
        if self._options.json:
            show_json(planned, outcome)
        else:
            show_outcome(outcome, planned)
        for name, (operation, *changes) in outcome.wrong.items():
            _tell(f"the next update would {operation} {name} ({', '.join(changes) or 'as a whole'})")
        return PARTLY if outcome.wrong else DONE


def read_plan(source: Source, stack: StackBefore) -> Plan:
    """What there is to import. Ends the command where the cluster gives no answer."""
    with progress("Reading Secrets") as show_progress:
        return plan(source.secrets(show_progress), stack)


def _tell(text: str) -> None:
    typer.echo(f"seldon-secrets: {text}", err=True)
