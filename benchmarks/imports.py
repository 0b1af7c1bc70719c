"""Measure the time that `import seldon_secrets_pulumi` adds to `import pulumi`, in new interpreters by turns."""

import resource
import statistics
import subprocess
import sys

RUNS = 15
STATEMENTS = ("import pulumi", "import pulumi, seldon_secrets_pulumi")


def cpu_seconds(statement: str) -> float:
    """User and system time of the interpreter, so that other programs do not distort it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    runs = [[cpu_seconds(statement) for statement in STATEMENTS] for _ in range(RUNS)]
    pulumi, ours = (statistics.median(column) * 1000 for column in zip(*runs, strict=True))
    print(
        f"{STATEMENTS[0]}: {pulumi:.0f} ms of CPU; with seldon_secrets_pulumi: {ours:.0f} ms (medians of {RUNS})"
    )
