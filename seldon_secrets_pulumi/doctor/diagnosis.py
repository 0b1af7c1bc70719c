"""From Secrets to findings."""

from collections.abc import Iterable, Iterator

from seldon_secrets_pulumi.doctor.checks import CHECKS
from seldon_secrets_pulumi.doctor.finding import ALL_SECRETS, Finding
from seldon_secrets_pulumi.doctor.subject import Digests, Subject
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel


def diagnose(secrets: Iterable[LiveSecret], format_label: FormatLabel = FormatLabel()) -> list[Finding]:  # noqa: B008 - frozen
    """What is wrong with these Secrets. Those that have nothing to do with Seldon are passed over."""
    diagnosis = Diagnosis(format_label)
    for secret in secrets:
        diagnosis.examine(secret)
    return diagnosis.findings


class Diagnosis:
    """Examines one Secret after another. Only digests of them are kept, to compare the two formats of a remote."""

    def __init__(self, format_label: FormatLabel) -> None:
        self.findings: list[Finding] = []
        self.namespaces: set[str] = set()
        self.examined = 0
        self._format_label = format_label
        self._digests: dict[tuple[str, str], Digests] = {}
        self._reported_namespaces: set[tuple[str, str]] = set()

    def examine(self, secret: LiveSecret) -> Subject | None:
        """Add the findings of one Secret; None if it has nothing to do with Seldon."""
        if secret.kind is None:
            return None
        subject = self._subject(secret)
        self.namespaces.add(secret.namespace)
        self.examined += 1
        self.findings.extend(self._findings(subject))
        return subject

    def _subject(self, secret: LiveSecret) -> Subject:
        """The Secret beside the one of the same remote in the other format."""
        subject = Subject(secret, self._format_label)
        remote = secret.remote_name
        if remote is None:
            return subject
        digests = subject.digests()
        twin = self._digests.get((secret.namespace, remote))
        self._digests[secret.namespace, remote] = digests
        if twin is None or twin.format == digests.format:
            return subject
        return Subject(secret, self._format_label, twin)

    def _findings(self, subject: Subject) -> Iterator[Finding]:
        secret = subject.secret
        for check in CHECKS:
            if check.of_namespace and (check.id, secret.namespace) in self._reported_namespaces:
                continue
            for detail in check.find(subject):
                name = ALL_SECRETS if check.of_namespace else secret.name
                yield Finding(check, secret.namespace, name, detail, secret.place)
                if check.of_namespace:
                    self._reported_namespaces.add((check.id, secret.namespace))
