#!/usr/bin/env bash
# Builds and tests everything. See usage() below and docs/testing.md.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  if [[ $1 == zh ]]; then
    cat <<'TEXT'
用法：tests/run.sh [--all] [--only 名称] [--lang en|zh]

安装缺少的软件包，用 dev 预设构建，并运行全部测试。

  --all         另外构建并运行 asan（含 UBSan）、tsan 和 fuzz 预设（每个模糊测试约 20 秒）
  --only 名称   只运行名称或标签与“名称”（正则表达式）相符的测试
  --lang 语言   本帮助以及被测程序输出所用的语言
  --help        显示本帮助

环境变量：
  NIANLUN_VECTORS  公开测试数据所在的文件夹（默认 ../shared/data）
  CI               为 true 时，跳过的测试算作失败

最后一行总是“N passed, N failed, N skipped”。退出码：0 全部通过，1 有失败，2 无法开始。
TEXT
  else
    cat <<'TEXT'
usage: tests/run.sh [--all] [--only NAME] [--lang en|zh]

Installs the packages that are missing, builds the dev preset and runs every test.

  --all         also builds and runs the presets asan (with UBSan), tsan and fuzz (each fuzzer
                about 20 seconds)
  --only NAME   only the tests whose name or label matches NAME, a regular expression
  --lang LANG   the language of this help and of what the programs under test print
  --help        this text

environment:
  NIANLUN_VECTORS  the folder of published test data (default ../shared/data)
  CI               if true, a skipped test is a failure

The last line is always "N passed, N failed, N skipped".
exit code: 0 all passed, 1 something failed, 2 could not begin
TEXT
  fi
}

refuse() {
  echo "run.sh: $1" >&2
  exit 2
}

all= only= help= lang=
[[ ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} == zh* ]] && language=zh || language=en
while [[ $# -gt 0 ]]; do
  case $1 in
    --all) all=1 ;;
    --only) [[ $# -ge 2 && -n $2 ]] || refuse "--only needs a name"; only=$2; shift ;;
    --lang) [[ ${2:-} == en || ${2:-} == zh ]] || refuse "--lang is en or zh"; lang=$2; shift ;;
    --help | -h) help=1 ;;
    *) usage "$language" >&2; refuse "unknown argument: $1" ;;
  esac
  shift
done
[[ -n $help ]] && { usage "${lang:-$language}"; exit 0; }
# The programs take their language from the locale; the character set is UTF-8 in both.
[[ $lang == zh ]] && export LANGUAGE=zh LC_ALL= LC_MESSAGES=zh_CN.UTF-8
[[ $lang == en ]] && export LANGUAGE=en LC_ALL=C.UTF-8

NIANLUN_VECTORS=$(realpath -m "${NIANLUN_VECTORS:-../shared/data}")
export NIANLUN_VECTORS
if [[ ! -d $NIANLUN_VECTORS ]]; then
  refuse "there is no folder $NIANLUN_VECTORS with the published test data; set NIANLUN_VECTORS"
fi
bash tests/install.sh || exit 2

# A file under AddressSanitizer takes g++ up to 1.5 GB.
jobs=$(nproc)
memory_gb=$(awk '/MemAvailable/ { print int($2 / 1048576 / 1.5) }' /proc/meminfo)
((memory_gb < jobs)) && jobs=$((memory_gb > 0 ? memory_gb : 1))
results=$PWD/build/results
rm -rf "$results"
mkdir -p "$results"

export ASAN_OPTIONS=halt_on_error=1:strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# Debian's LevelDB and Fontconfig are not instrumented: what orders their accesses cannot be seen.
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:ignore_noninstrumented_modules=1

# check PRESET [COMMAND...]: builds it and runs its tests through COMMAND; the outcome is in $results.
check() {
  local preset=$1
  shift
  echo "== $preset"
  if ! { cmake --preset "$preset" >"$results/$preset.log" 2>&1 &&
    cmake --build --preset "$preset" -j "$jobs" >>"$results/$preset.log" 2>&1; }; then
    grep -vE '^\[[0-9]+/[0-9]+\] ' "$results/$preset.log" | tail -n 60
    echo "== $preset could not be built (the whole log is $results/$preset.log)"
    touch "$results/$preset.not-built"
    return
  fi
  local filter=()
  # One option would ask for both name and label: the names are looked up, by either, beforehand.
  if [[ -n $only ]]; then
    local names
    names=$(python3 tests/results.py match "build/$preset" "$only") || refuse "--only '$only' is no regular expression"
    [[ -z $names ]] && { echo "no test of $preset matches '$only'"; return; }
    filter=(-R "$names")
  fi
  "$@" ctest --preset "$preset" "${filter[@]}" --output-junit "$results/$preset.xml" || true
  [[ -s $results/$preset.xml ]] || touch "$results/$preset.not-run"
}

check dev
if [[ -n $all ]]; then
  check asan
  # ThreadSanitizer needs its shadow where newer kernels put random mappings.
  still=()
  setarch -R true 2>/dev/null && still=(setarch -R)
  check tsan "${still[@]}"
  check fuzz
fi
python3 tests/results.py total "$results"
