"""From Secrets to findings."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from seldon_secrets_pulumi.doctor.check import Check, Rule
from seldon_secrets_pulumi.doctor.checks import CHECKS
from seldon_secrets_pulumi.doctor.checks.targets import MISSING_IN_TARGET
from seldon_secrets_pulumi.doctor.finding import ALL_SECRETS, Finding
from seldon_secrets_pulumi.doctor.ignores import broken_ignores, ignored_checks
from seldon_secrets_pulumi.doctor.rules import NOT_EXAMINED, RULES_OF_SECRETS, selected_rules
from seldon_secrets_pulumi.doctor.subject import Digests, Subject
from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.inventory.secret import LiveSecret, Place
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.model.targets import Target, parse_target
from seldon_secrets_pulumi.untrusted_text import printable

_IGNORABLE = frozenset(rule.id for rule in RULES_OF_SECRETS)


def diagnose(
    secrets: Iterable[LiveSecret],
    format_label: FormatLabel = FormatLabel(),  # noqa: B008 - frozen
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    targets: Iterable[str] = (),
) -> list[Finding]:
    """Check Secrets. Those that have nothing to do with Seldon are skipped.

    `select` and `ignore` are ids of checks, and `targets` what reads the Secrets, such as `core1:1.18.2`. Raises
    `UsageError` if an id or a target does not exist.
    """
    diagnosis = Diagnosis(format_label, selected_rules(select, ignore), _parsed_targets(targets))
    for secret in secrets:
        diagnosis.examine(secret)
    return diagnosis.findings


class Diagnosis:
    """Examines one Secret after another. It keeps only digests of them, to compare the two formats of a remote."""

    def __init__(
        self, format_label: FormatLabel, rules: Collection[str], targets: Iterable[Target] = ()
    ) -> None:
        """`rules` are the ids of the rules that apply, `targets` what reads the Secrets."""
        self.findings: list[Finding] = []
        self.ignored = 0
        """The findings that annotations ignore."""
        self.namespaces: set[str] = set()
        self.examined = 0
        self._format_label = format_label
        self._rules = rules
        self._targets = tuple(targets)
        self._digests: dict[tuple[str, str], Digests] = {}
        self._reported_namespaces: set[tuple[str, str]] = set()

    def examine(self, secret: LiveSecret) -> None:
        """Add the findings of one Secret, unless it has nothing to do with Seldon."""
        if secret.kind is None:
            return
        self.namespaces.add(secret.namespace)
        self.examined += 1
        if secret.envelope:
            self.add(NOT_EXAMINED, secret, secret.envelope)
            return
        for rule, detail in self._broken_rules(secret):
            self.add(rule, secret, detail)

    def add(self, rule: Rule, secret: LiveSecret, detail: str) -> None:
        """Add a finding, unless its rule does not apply or the Secret ignores it with a reason."""
        if rule.id not in self._rules:
            return
        if ignored_checks(secret).get(rule.id):
            self.ignored += 1
        elif isinstance(rule, Check) and rule.of_namespace:
            self.add_of_namespace(rule, secret.namespace, detail, secret.place)
        else:
            self.findings.append(Finding(rule, secret.namespace, secret.name, detail, secret.place))

    def add_of_namespace(self, rule: Rule, namespace: str, detail: str, place: Place | None = None) -> None:
        """Add a finding about a namespace, if its rule applies and none was added before."""
        if rule.id in self._rules and (rule.id, namespace) not in self._reported_namespaces:
            self._reported_namespaces.add((rule.id, namespace))
            self.findings.append(Finding(rule, namespace, ALL_SECRETS, detail, place))

    def _broken_rules(self, secret: LiveSecret) -> Iterator[tuple[Rule, str]]:
        subjects = self._subjects(secret)
        for check in (*CHECKS, MISSING_IN_TARGET):
            if check.id in self._rules:
                yield from ((check, detail) for detail in _details(check, subjects))
        yield from broken_ignores(ignored_checks(secret), _IGNORABLE)

    def _subjects(self, secret: LiveSecret) -> list[Subject]:
        """Each remote of the Secret. A Secret without one is examined too."""
        described = secret.content.all_described if secret.kind == "bucket" else ()
        if len(described) > 1:
            return [self._subject(secret, remote) for remote in described]
        return [self._beside_twin(self._subject(secret, next(iter(described), None)))]

    def _subject(self, secret: LiveSecret, remote: Remote | None) -> Subject:
        return Subject(secret, self._format_label, described=remote, targets=self._targets)

    def _beside_twin(self, subject: Subject) -> Subject:
        """The Secret beside the one of the same remote in the other format.

        Only Secrets with the names of the platform's convention belong together.
        """
        secret, remote, data_format = subject.secret, subject.remote, subject.actual_format
        if not (remote and data_format and secret.name == data_format.secret_name(remote.name)):
            return subject
        digests = subject.digests()
        twin = self._digests.get((secret.namespace, remote.name))
        self._digests[secret.namespace, remote.name] = digests
        return subject if twin is None or twin.format == digests.format else replace(subject, twin=twin)


def _parsed_targets(names: Iterable[str]) -> list[Target]:
    try:
        return [parse_target(name) for name in names]
    except ValueError as error:
        raise UsageError(f"a target {error}") from None


def _details(check: Check, subjects: Sequence[Subject]) -> Iterator[str]:
    """What breaks a rule, once. What concerns some of several remotes is reported with their names."""
    by_detail: dict[str, list[str]] = {}
    for subject in subjects:
        for detail in dict.fromkeys(check.find(subject)) if len(subjects) > 1 else check.find(subject):
            by_detail.setdefault(detail, []).append(subject.described.name if subject.described else "")
    for detail, remotes in by_detail.items():
        is_of_all = len(remotes) >= len(subjects)
        yield detail if is_of_all else f"remote {printable(', '.join(remotes))}: {detail}"
