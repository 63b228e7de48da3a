"""What release/package makes, as somebody who downloads it takes it: checksum, archive, program, completions."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from checks import ROOT, check


def package(directory, **environment):
    """Packs the program that is built already, in a copy of what the script needs."""
    names = ["Cargo.toml", "README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "release"]
    for name in names:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        if not (directory / name).exists():
            copy(ROOT / name, directory / name)
    environment = {**os.environ, "OKR_BINARY": os.environ["OKR"], **environment}
    return subprocess.run(["release/package"], cwd=directory, env=environment, capture_output=True, text=True, timeout=300)


def main():
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        wrong = package(directory, CI_COMMIT_TAG="99.0.0")
        check("a tag that is not the version makes no release", wrong.returncode == 1 and not (directory / "dist").exists(), wrong.stderr)
        done = package(directory)
        check("the program is packed", done.returncode == 0, done.stderr)
        [archive] = (directory / "dist").glob("*.tar.gz")
        check("its name is said", done.stdout.strip() == f"dist/{archive.name}", done.stdout)
        summed = subprocess.run(["sha256sum", "--check", f"{archive.name}.sha256"], cwd=archive.parent, capture_output=True, text=True)
        check("its checksum is right", summed.returncode == 0, summed.stderr)
        name = archive.name.removesuffix(".tar.gz")
        with tarfile.open(archive) as packed:
            held = {member.name.removeprefix(f"{name}/") for member in packed.getmembers() if member.isfile()}
            packed.extractall(directory / "unpacked", filter="data")
        shells = {f"completions/okr.{shell}" for shell in ("bash", "elvish", "fish", "powershell", "zsh")}
        check("it holds the program, completions and licences", held >= {"okr", "README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"} | shells, held)
        ran = subprocess.run([directory / "unpacked" / name / "okr", "--version"], capture_output=True, text=True)
        check("the program runs where it was unpacked", ran.returncode == 0 and name.startswith(ran.stdout.strip().replace(" ", "-")), ran.stdout)


main()
