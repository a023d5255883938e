"""The source packages of Debian, which contain the versions of `get_maintainer.pl` and the trees that use them."""

import re
import subprocess
import tarfile
from pathlib import Path
from threading import Lock

CACHE = Path(__file__).resolve().parents[3] / "target/oracles/maintainers"

MIRROR = "http://deb.debian.org"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Several threads may need the same source.
LOCK = Lock()

SUITES = ["debian bookworm", "debian-security bookworm-security", "debian trixie", "debian sid"]

# By name: the package, its version, and the program in it. DPDK has none, and uses the one of Linux.
SOURCES = {
    "linux-7.2": ("linux", "7.2.8-1", "scripts/get_maintainer.pl"),
    "linux-6.1": ("linux", "6.1.187-1", "scripts/get_maintainer.pl"),
    "u-boot": ("u-boot", "2025.01-3.2", "scripts/get_maintainer.pl"),
    "u-boot-2023": ("u-boot", "2023.01+dfsg-2+deb12u3", "scripts/get_maintainer.pl"),
    "qemu": ("qemu", "1:10.0.13+ds-0+deb13u1", "scripts/get_maintainer.pl"),
    "xen": ("xen", "4.17.5+72-g01140da4e8-1", "scripts/get_maintainer.pl"),
    "coreboot": ("coreboot", "25.09+dfsg-1", "util/scripts/get_maintainer.pl"),
    "dpdk": ("dpdk", "22.11.11-0+deb12u1", None),
}

# The options without which the answer depends on more than the file, or merges people.
OPTIONS = [
    "git", "git-fallback", "keywords", "rolestats", "r", "l", "fixes", "remove-duplicates", "mailmap", "drop_the_rest_supporter",
]


class Source:
    """A project of which the source is downloaded and unpacked in part."""

    def __init__(self, name: str):
        self.name = name
        self.package, self.version, program = SOURCES[name]
        self.root = CACHE / name
        self.listing = CACHE / f"{name}.list"
        with LOCK:
            if not self.listing.exists():
                self.unpack()
        self.program = self.root / program if program else Source("linux-7.2").program

    def unpack(self) -> None:
        """Keeps the files that decide, and the names of all others."""
        kept = {"MAINTAINERS", "get_maintainer.pl", ".get_maintainer.conf"}
        paths = []
        with tarfile.open(archive(self.package, self.version)) as tar:
            for member in tar:
                path = member.name.removeprefix("./").partition("/")[2]
                if member.isdir() or not path:
                    continue
                paths.append(path)
                if member.isfile() and path.rpartition("/")[2] in kept:
                    target = self.root / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(tar.extractfile(member).read())
        self.listing.write_text("\n".join(paths) + "\n", "utf-8", "surrogateescape")

    def paths(self) -> list[str]:
        return self.listing.read_text("utf-8", "surrogateescape").splitlines()

    def command(self) -> list[str]:
        """The program with the options that it knows."""
        text = self.program.read_text("utf-8", "replace")
        known = [name for name in OPTIONS if f"'{name}!'" in text or f"|{name}!'" in text]
        options = [f"--no-{name}" if name != "drop_the_rest_supporter" else f"--no{name}" for name in known]
        if self.name == "dpdk":
            options.append("--no-tree")
        return ["perl", str(Path(__file__).with_name("answers.pl")), str(self.program), *options]


def archive(package: str, version: str) -> Path:
    """The archive of the original source, which is downloaded once."""
    CACHE.mkdir(parents=True, exist_ok=True)
    name = f"{package}_{version.partition(':')[2] or version}"
    found = list(CACHE.glob(f"{name}.orig.tar.*"))
    if found:
        return found[0]
    print(f"{package} {version}: downloading", flush=True)
    available = available_version(package, version)
    if available != version:
        print(f"{package} {version}: no longer available, using {available}", flush=True)
    uris = apt("get", "source", "--print-uris", "-qq", "--only-source", f"{package}={available}")
    uri = next(uri.split("'")[1] for uri in uris.splitlines() if ".orig.tar." in uri and ".asc" not in uri)
    target = CACHE / f"{name}.orig.tar.{uri.rpartition('.')[2]}"
    partial = target.with_name(f"{target.name}.partial")
    subprocess.run(["curl", "-sSfL", "-o", partial, uri], check=True)
    return partial.rename(target)


def available_version(package: str, version: str) -> str:
    """The version or, since Debian removes old versions, another one of the same series."""
    lines = apt("cache", "madison", package).splitlines()
    versions = [line.split("|")[1].strip() for line in lines]
    series = re.match(r"(\d+:)?\d+\.\d+", version).group()
    of_series = [other for other in versions if re.match(rf"{re.escape(series)}(?!\d)", other)]
    return version if version in versions or not of_series else of_series[0]


def apt(tool: str, *arguments: str) -> str:
    """Runs `apt-get` or `apt-cache` with lists of its own, so that the machine's configuration stays as it is."""
    state = CACHE / "apt"
    for directory in ["lists/partial", "cache/archives/partial"]:
        (state / directory).mkdir(parents=True, exist_ok=True)
    sources = state / "sources.list"
    configuration = state / "apt.conf"
    command = ["env", f"APT_CONFIG={configuration}"]
    if not configuration.exists():
        lines = [f"deb-src [signed-by={KEYRING}] {MIRROR}/{suite} main" for suite in SUITES]
        sources.write_text("\n".join(lines) + "\n")
        settings = {
            "Dir::State::lists": state / "lists", "Dir::Etc::sourcelist": sources, "Dir::Etc::sourceparts": "/dev/null", "Dir::Cache": state / "cache",
            "Acquire::Languages": "none",
        }
        configuration.write_text("".join(f'{key} "{value}";\n' for key, value in settings.items()))
        try:
            subprocess.run([*command, "apt-get", "update", "-qq"], check=True)
        except subprocess.CalledProcessError:
            configuration.unlink()
            raise
    return subprocess.run([*command, f"apt-{tool}", *arguments], check=True, capture_output=True, text=True).stdout
