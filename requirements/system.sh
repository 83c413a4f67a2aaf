#!/usr/bin/env bash
# System libraries that no package carries. Installed where this user may, else named in one clear line.
# With the word "tests": also what only the tests use, a database server, a sound server and a browser.
set -euo pipefail
missing=()
ldconfig -p 2>/dev/null | grep -q libportaudio.so.2 || missing+=(libportaudio2)
command -v espeak-ng >/dev/null || missing+=(espeak-ng)
command -v flite >/dev/null || missing+=(flite)
python3 -c "import venv, ensurepip" 2>/dev/null || missing+=(python3-venv)
if [ "${1:-}" = tests ]; then
  { command -v initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb"; } >/dev/null || missing+=(postgresql)
  command -v pulseaudio >/dev/null || missing+=(pulseaudio)
  command -v pactl >/dev/null || missing+=(pulseaudio-utils)
  compgen -G "/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so" >/dev/null || missing+=(libasound2-plugins)
  command -v chromedriver >/dev/null || missing+=(chromium chromium-driver)
fi
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} ..."
  log=$(mktemp)
  if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    rm -f "$log"
    exit 0
  fi
  cat "$log" >&2
fi
echo "Missing: ${missing[*]}. Please run: sudo apt-get install ${missing[*]}" >&2
exit 2
