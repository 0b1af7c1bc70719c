"""The command `seldon-secrets`."""

import sys


def main() -> None:
    """Runs the command line; says how to install its packages when they are missing."""
    try:
        from seldon_secrets_pulumi.cli.app import app
    except ModuleNotFoundError as error:
        sys.exit(f"seldon-secrets needs {error.name}: pip install 'seldon-secrets-pulumi[cli]'")
    app()
