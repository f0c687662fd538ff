#!/usr/bin/env bash
# Measures what docs/testing.md lists, against references of the same run, over a release build.
#
#   bash tests/bench/run.sh [--only NAME]     NAME is a file of tests/bench/rows
#
# Prints  NAME  VALUE  UNIT  RATIO  TO  GOAL  met|missed  per row ("-" where there is no goal), and
# writes the same with its conditions to build/bench.jsonl. Exit code: 0 all measured, whether met
# or missed; 1 a row could not be measured; 2 could not begin.
set -euo pipefail
cd "$(dirname "$0")/../.."
only=
case "${1:-}" in
  --only) only=${2:?--only needs a name} ;;
  "") ;;
  --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "bench/run.sh: unknown argument: $1" >&2; exit 2 ;;
esac
bash tests/install.sh --bench || exit 2
mkdir -p build
if ! { cmake --preset release && cmake --build --preset release -j "$(nproc)"; } >build/bench.log 2>&1; then
  tail -n 40 build/bench.log >&2
  exit 2
fi
exec python3 -B tests/bench/lib.py ${only:+"$only"}
