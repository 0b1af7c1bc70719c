"""What an adoption reports while it runs."""


class Reporter:
    """Receives the progress of an adoption. This one ignores it; a subclass shows it."""

    def start_step(self, description: str, total: int | None = None) -> None:
        """A step starts. `total` is how far it goes, if that is known."""

    def advance(self, count: int = 1) -> None:
        """The step has made progress. May be called from several threads."""

    def message(self, text: str) -> None:
        """Something worth a sentence has happened."""
