"""The command `seldon-secrets`."""

import sys


def main() -> None:
    """Run the command line, or explain how to install the packages that it needs."""
    from seldon_secrets_pulumi.cli.standard_streams import protect_standard_streams

    output = protect_standard_streams()
    try:
        _run()
    except SystemExit as end:
        sys.exit(output.exit_code(end.code if isinstance(end.code, int) else 0))


def _run() -> None:
    try:
        from seldon_secrets_pulumi.cli.app import app
    except ModuleNotFoundError as error:
        # What prints all other errors needs these packages too.
        sys.stderr.write(
            f"seldon-secrets: the package {error.name} is missing; run pip install 'seldon-secrets-pulumi[cli]'\n"
        )
        sys.exit(2)
    app(prog_name="seldon-secrets")
