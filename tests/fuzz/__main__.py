"""Runs every fuzz target: `python -m tests.fuzz [RUNS [TARGET]]`.

Under atheris, which lets coverage guide it, each target has a process of its own, because libFuzzer ends it. Without
atheris, hypothesis draws the same number of inputs.
"""

import subprocess
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings

TARGETS = (
    "connection_strings",
    "option_types",
    "values_for_a_format",
    "options_of_a_remote",
    "obscured_passwords",
    "docker_configs",
    "formats",
    "json",
    "yaml",
    "yaml_strings",
    "yaml_documents",
    "names",
    "doctor",
)
_TIMEOUT_SECONDS = 60
_LENGTH = 4096
_HAS_ATHERIS = find_spec("atheris") is not None


def _run(name: str, runs: int) -> None:
    if not _HAS_ATHERIS:
        with_runs: Any = settings(max_examples=runs, database=None)
        with_runs(_test(name))()
        return
    atheris: Any = import_module("atheris")
    # Only this package guides the fuzzer: instrumented, hypothesis takes minutes for what else takes seconds.
    with atheris.instrument_imports(include=["seldon_secrets_pulumi"]):
        test = _test(name)
    with TemporaryDirectory() as corpus:
        # hypothesis draws nothing from a few bytes, with which libFuzzer would begin.
        for number in range(50):
            (Path(corpus) / str(number)).write_bytes(Random(number).randbytes(_LENGTH))
        options = [f"-runs={runs}", f"-timeout={_TIMEOUT_SECONDS}", f"-max_len={_LENGTH}", "-len_control=0"]
        atheris.Setup(["fuzz", *options, corpus], test.hypothesis.fuzz_one_input)
        atheris.Fuzz()


def _test(name: str) -> Any:
    return getattr(import_module("tests.fuzz.test_readers"), f"test_{name}")


def main() -> None:
    """Run one target, or all in turn. The exit code is 1 if one fails."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) > 2:
        _run(sys.argv[2], runs)
        return
    failed = False
    for name in TARGETS:
        started = time.monotonic()
        command = [sys.executable, "-m", "tests.fuzz", str(runs), name]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        failed |= result.returncode != 0
        engine = "atheris" if _HAS_ATHERIS else "hypothesis"
        outcome = "FAILED" if result.returncode else "passed"
        print(f"{name}: {runs:,} inputs, {engine}, {time.monotonic() - started:.0f} s, {outcome}", flush=True)
        if result.returncode:
            print((result.stdout + result.stderr)[-5000:])
    sys.exit(failed)


if __name__ == "__main__":
    main()
