"""The documentation of the checks on the web, once the project has a public address."""

from functools import cache
from importlib.metadata import metadata

URL_LABEL = "Checks"
"""The entry of `project.urls` in pyproject.toml with the address of the page that docs/doctor.md becomes."""


def page_of(check_id: str) -> str | None:
    """The URL of a check's section; None if the package's metadata has no such entry."""
    page = _checks_page()
    return f"{page}#{check_id}" if page else None


@cache
def _checks_page() -> str | None:
    for entry in metadata("seldon-secrets-pulumi").get_all("Project-URL") or ():
        label, _, url = entry.partition(",")
        if label.strip() == URL_LABEL:
            return str(url.strip())
    return None
