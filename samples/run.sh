#!/usr/bin/env bash
# Makes a ledger of synthetic programmes and serves it. See usage() below.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  if [[ ${LANGUAGE_CHOSEN} == zh ]]; then
    cat <<'TEXT'
用法：samples/run.sh [--check] [--lang en|zh] [--suite sha256|sm2-sm3]

安装缺少的软件包，编译，用合成的林业与疫苗数据建立一个账本，在 http://127.0.0.1:8080 上提供服务，
并显示可以打开的网址。按 Ctrl-C 结束。

  --check      自行演示全部流程并核对结果，端口由系统选择；全部成立才以 0 退出
  --lang 语言  输出所用的语言
  --suite 套件 账本的算法：sha256（默认），或国密 sm2-sm3
TEXT
  else
    cat <<'TEXT'
usage: samples/run.sh [--check] [--lang en|zh] [--suite sha256|sm2-sm3]

Installs what is missing, builds, makes a ledger of synthetic forest and vaccine data, serves it on
http://127.0.0.1:8080 and prints addresses to open. Ctrl-C ends it.

  --check      plays the whole story without a person, on a port of the system's choice; exits 0
               only if all of it held
  --lang LANG  language of what is printed
  --suite NAME what the ledger hashes and signs with: sha256 (default), or sm2-sm3 of the national
               standards
TEXT
  fi
}

check= lang= suite=sha256
[[ ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} == zh* ]] && LANGUAGE_CHOSEN=zh || LANGUAGE_CHOSEN=en
help=
while [[ $# -gt 0 ]]; do
  case $1 in
    --check) check=--check ;;
    --lang) lang=${2:-}; [[ $lang == en || $lang == zh ]] || { echo "run.sh: --lang is en or zh" >&2; exit 2; }
            LANGUAGE_CHOSEN=$lang; shift ;;
    --suite) suite=${2:-}; [[ $suite == sha256 || $suite == sm2-sm3 ]] ||
               { echo "run.sh: --suite is sha256 or sm2-sm3" >&2; exit 2; }
             shift ;;
    --help | -h) help=1 ;;
    *) usage >&2; echo "run.sh: unknown argument: $1" >&2; exit 2 ;;
  esac
  shift
done
[[ -n $help ]] && { usage; exit 0; }

bash tests/install.sh || exit 2
mkdir -p build
if ! { cmake --preset dev && cmake --build --preset dev -j "$(nproc)" --target ledger_main trace-api scanner labels; } \
  >build/samples.log 2>&1; then
  tail -n 40 build/samples.log >&2
  exit 2
fi
exec python3 -B samples/story.py --bin build/dev/bin --lang "$LANGUAGE_CHOSEN" --suite "$suite" $check
