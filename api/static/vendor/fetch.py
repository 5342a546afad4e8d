"""Bring in the vendored browser files, pinned by version and hash in manifest.json.

    python api/static/vendor/fetch.py            fetch each package with `npm pack`, check, write the files
    python api/static/vendor/fetch.py --check    only compare the files that are here (needs no network)
    python api/static/vendor/fetch.py --pin      fetch, and write the hashes of what came into the manifest

To add or move a file: edit version or file in manifest.json, run with --pin, and review both in the diff.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "manifest.json"

Entry = dict[str, Any]


def main() -> int:
    """Run as the arguments say; the exit code is 1 when a hash differs."""
    parser = argparse.ArgumentParser(description="Bring in the vendored browser files.")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="only compare the files that are here")
    choice.add_argument("--pin", action="store_true", help="write the hashes of what came into the manifest")
    arguments = parser.parse_args()
    packages: list[Entry] = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]
    contents = {} if arguments.check else {name: data for entry in packages for name, data in pack(entry).items()}
    wrong = [
        complaint
        for entry in packages
        for file in entry["files"]
        if (complaint := settle(file, contents.get(file["file"]), arguments.pin))
    ]
    if arguments.pin:
        MANIFEST.write_text(json.dumps({"packages": packages}, indent=2) + "\n", encoding="utf-8")
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


def settle(file: Entry, fetched: bytes | None, pin: bool) -> str | None:
    """Check one file against its hash and write it when it was fetched; return what is wrong, if anything."""
    here = HERE / file["file"]
    if fetched is None and not here.is_file():
        return f"{file['file']}: missing; run {Path(__file__).name} without --check"
    data = here.read_bytes() if fetched is None else fetched
    found = hashlib.sha256(data).hexdigest()
    if pin:
        file["sha256"] = found
    elif found != file["sha256"]:
        return f"{file['file']}: sha256 is {found}, manifest.json says {file['sha256']}; it was left as it was"
    if fetched is not None:
        here.write_bytes(fetched)
    return None


def pack(entry: Entry) -> dict[str, bytes]:
    """Fetch one npm package and return the files that the manifest takes from it, by their name here."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{entry['npm']}@{entry['version']}"]
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        with tarfile.open(Path(folder) / done.stdout.split()[-1]) as archive:
            return {file["file"]: read(archive, file["from"]) for file in entry["files"]}


def read(archive: tarfile.TarFile, path: str) -> bytes:
    """Return one file of an npm archive, which keeps all it has under `package/`."""
    member = archive.extractfile(f"package/{path}")
    if member is None:
        raise FileNotFoundError(path)
    return member.read()


if __name__ == "__main__":
    sys.exit(main())
