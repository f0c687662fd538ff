#!/usr/bin/env python3
"""docs/PROGRAM.md has a section for each subcommand, which names the options that --help names; and every
program says in Chinese what its help is made of, and what is wrong with its command line.

usage: help_test.py BIN    the folder of the programs
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAMS = ("labels", "scanner")
ALL = (*PROGRAMS, "ledger", "trace-api")
EVERYWHERE = {"--help", "--json", "--lang", "--version"}  # told once, at the top of the page


def help_of(program, *command):
    return subprocess.run([program, *command, "--help"], check=True, capture_output=True, text=True).stdout


def options_in(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) - EVERYWHERE


def options_of_help(text):
    """Those that begin a line: others are only mentioned, as in "Excludes: --store"."""
    return options_in("\n".join(re.findall(r"^ +(?:-\w,)?(--[a-z-]+)", text, re.M)))


def sections(page):
    parts = re.split(r"^#{2,3} (.+)$", page, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def faults(folder, name):
    page = sections((ROOT / "docs" / f"{name}.md").read_text())
    for language in ("en", "zh"):
        main = help_of(folder / name, "--lang", language)
        listed = re.split(r"^(?:Subcommands|子命令):$", main, flags=re.M)
        commands = re.findall(r"^  ([a-z]+) ", listed[-1], re.M) if len(listed) == 2 else []
        for command in commands:
            told = options_in(page.get(command, ""))
            known = options_of_help(help_of(folder / name, "--lang", language, command))
            if command not in page:
                yield f"docs/{name}.md has no section {command}"
            for option in sorted(told ^ known):
                where = "the page" if option in told else "--help"
                yield f"{name} {command} ({language}): {option} is only in {where}"
        if not commands:
            yield f"{name} --help ({language}) names no subcommand"


def english_in_chinese(folder, name):
    words = help_of(folder / name, "--lang", "zh")
    for heading in ("Usage", "OPTIONS", "Options:", "Subcommands", "SUBCOMMAND", "REQUIRED", "Print this help"):
        if heading in words:
            yield f"{name} --help says {heading} in Chinese"
    wrong = subprocess.run([folder / name, "--lang", "zh", "--no-such"], capture_output=True, text=True)
    english = re.search(r"(?<![-a-z])[A-Za-z]{2,}", wrong.stderr)
    if wrong.returncode != 2 or english or not wrong.stderr:
        yield f"{name} --no-such in Chinese: {wrong.returncode} {wrong.stderr}"


if __name__ == "__main__":
    bin_folder = pathlib.Path(sys.argv[1]).resolve()
    found = [fault for name in PROGRAMS for fault in faults(bin_folder, name)]
    found += [fault for name in ALL for fault in english_in_chinese(bin_folder, name)]
    print("\n".join(found) or "pages and --help agree")
    sys.exit(1 if found else 0)
