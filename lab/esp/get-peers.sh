#!/bin/sh
# Gets esptool-js by npm into artifacts/lab/esp, for the tests of the simulated ESP boards. Needs node 20 or later, and npm once; says what is missing.
set -u
cd "$(dirname "$0")" || exit 1
out=${UNBRICK_LAB:-$(cd ../.. && pwd)/artifacts/lab}/esp

fail() { printf 'get-peers: %s\n' "$*" >&2; exit 1; }

as_root=
if [ "$(id -u)" != 0 ]; then as_root='sudo -n'; fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  command -v apt-get >/dev/null || fail 'node and npm are missing'
  $as_root apt-get -qy install --no-install-recommends nodejs npm >/dev/null 2>&1 ||
    { $as_root apt-get -q update && $as_root apt-get -qy install --no-install-recommends nodejs npm; } >/dev/null 2>&1 ||
    fail 'nodejs and npm could not be installed'
fi
mkdir -p "$out" || exit 1
cp package.json package-lock.json ./*.mjs "$out/" || exit 1
[ -d "$out/node_modules/esptool-js" ] && cmp -s package-lock.json "$out/.installed" && exit 0
(cd "$out" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) >&2 || fail 'npm could not get esptool-js'
cp package-lock.json "$out/.installed"
