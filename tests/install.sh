#!/usr/bin/env bash
# Installs the packages of tests/packages that are missing. With nothing missing it needs neither
# root nor network and says nothing.
#
#   bash tests/install.sh [--build|--bench]     --build leaves out what only tests need;
#                                               --bench adds what benchmarks compare with
#
# Exit code: 0 all are there, 2 some are missing and could not be installed.
set -euo pipefail

list=${NIANLUN_PACKAGES:-$(dirname "${BASH_SOURCE[0]}")/packages}
lock_wait_s=300  # how long another package manager may hold the lock
policy=${NIANLUN_SERVICE_POLICY:-/usr/sbin/policy-rc.d}
wanted=" test "
case "${1:-}" in
  --build) wanted=" " ;;
  --bench) wanted=" test bench " ;;
  "") ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

# command_serves NAME[>=MAJOR]: whether such a command is on PATH already.
command_serves() {
  local name=${1%%>=*} major=
  [[ $1 == *'>='* ]] && major=${1##*>=}
  command -v "$name" >/dev/null || return 1
  [[ -z $major ]] && return 0
  local version
  version=$("$name" --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1) || return 1
  [[ -n $version && $version -ge $major ]]
}

if ! command -v dpkg-query >/dev/null; then
  echo "install.sh: this is no Debian system (there is no dpkg-query); the packages are in $list" >&2
  exit 2
fi
installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null |
  awk '$2 == "installed" { print $1 }')
missing=()
while read -r entry marker _; do
  [[ -z $entry || $entry == '#'* ]] && continue
  [[ -n $marker && $wanted != *" $marker "* ]] && continue
  package=${entry%%|*}
  if [[ $entry == *'|command:'* ]] && command_serves "${entry##*|command:}"; then continue; fi
  grep -qxF "$package" <<<"$installed" || missing+=("$package")
done <"$list"
[[ ${#missing[@]} -eq 0 ]] && exit 0

root=()
if [[ $(id -u) -ne 0 ]]; then
  root=(sudo -n)
  if ! sudo -n true 2>/dev/null; then
    echo "install.sh: packages are missing, and installing them needs root. Run:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 2
  fi
fi

echo "install.sh: installing ${missing[*]}" >&2
apt() { "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"; }
deadline=$((SECONDS + lock_wait_s))
log=$(mktemp)
policy_made=
trap 'rm -f "$log"; [[ -z $policy_made ]] || "${root[@]}" rm -f "$policy"' EXIT
# Debian starts the services of what is installed, unless a policy forbids it.
if [[ ! -e $policy ]]; then
  policy_made=1
  printf '#!/bin/sh\nexit 101\n' | "${root[@]}" install -m 755 /dev/stdin "$policy"
fi
# apt-get waits for dpkg's lock by itself, but not for the lock of the lists: there we wait.
until apt update >"$log" 2>&1; do
  if ! grep -q 'Could not get lock' "$log" || ((SECONDS >= deadline)); then
    tail -n 5 "$log" >&2
    echo "install.sh: the package lists could not be renewed; going on with the old ones" >&2
    break
  fi
  sleep 2
done
if ! apt -o DPkg::Lock::Timeout=$lock_wait_s install -y --no-install-recommends "${missing[@]}" \
  >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "install.sh: apt-get could not install ${missing[*]}" >&2
  exit 2
fi
