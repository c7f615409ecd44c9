#!/bin/bash
# Installs what is missing of tools/packages.txt: setup.sh [--check] [build] [test] [tools] [package], all if none is
# named.
# When nothing is missing it prints nothing and does not run the package manager.
set -euo pipefail
cd "$(dirname "$0")/.."

check=no
[ "${1:-}" = --check ] && { check=yes; shift; }
groups=" ${*:-build test tools package} "

wanted=()
while read -r group package _; do
    case $groups in *" $group "*) wanted+=("$package") ;; esac
done < <(grep -v '^#' tools/packages.txt)

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian: refex cannot install its packages here. Their Debian names: ${wanted[*]}" >&2
    [ $check = no ] || exit 1
    exit 0 # CMake reports what is missing
fi

present=" $(dpkg-query -W -f='${db:Status-Status}/${Package} ' "${wanted[@]}" 2>/dev/null || true)"
missing=()
for package in "${wanted[@]}"; do
    case $present in *" installed/$package "*) ;; *) missing+=("$package") ;; esac
done
[ ${#missing[@]} -gt 0 ] || exit 0

sudo=
hint=install
if [ "$(id -u)" != 0 ]; then
    sudo=sudo
    command -v sudo >/dev/null || { sudo='' hint="install as root"; }
fi
install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ $check = yes ]; then
    printf 'missing: %s\n' "${missing[@]}"
    printf '%s: %s\n' "$hint" "${sudo:+$sudo }$install"
    exit 1
fi

echo "refex needs ${#missing[@]} packages of Debian: ${missing[*]}"
if [ "$hint" != install ]; then
    printf 'You are not root and there is no sudo here. As root: %s\n' "$install" >&2
    exit 1
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
    $sudo env DEBIAN_FRONTEND=noninteractive $install; } >"$log" 2>&1 </dev/null; then
    tail -30 "$log" >&2
    printf 'The packages could not be installed. By hand: %s\n' "${sudo:+$sudo }$install" >&2
    exit 1
fi
