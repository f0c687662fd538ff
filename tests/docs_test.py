#!/usr/bin/env python3
"""Every relative link of a Markdown file leads somewhere, and README.md's commands exist."""

import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
# What README.md promises, each as soon as its folder exists.
COMMANDS = {command for command in ("tests/run.sh", "samples/run.sh")
            if (ROOT / command).parent.is_dir()}


def documents():
    for path in sorted(ROOT.rglob("*.md")):
        if not {"build", "node_modules", ".git"} & set(path.relative_to(ROOT).parts):
            yield path


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))


def anchors(path):
    """GitHub's anchors of a file's headings."""
    headings = re.findall(r"^#+ +(.*?)\s*$", path.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path):
    text = without_code(path.read_text())
    targets = re.findall(r"\]\(<?([^)\s>]+)>?(?: +\"[^\"]*\")?\)", text)
    targets += re.findall(r"^\[[^\]]+\]: +(\S+)", text, re.M)
    for target in targets:
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        file, _, anchor = target.partition("#")
        place = (path.parent / file) if file else path
        if not place.exists():
            yield f"{path.relative_to(ROOT)}: {target} leads nowhere"
        elif anchor and place.suffix == ".md" and anchor not in anchors(place):
            yield f"{path.relative_to(ROOT)}: {target} has no such heading"


def broken_commands():
    blocks = re.findall(r"^```\w*\n(.*?)^```", (ROOT / "README.md").read_text(), re.S | re.M)
    named = set(re.findall(r"[\w.-]+(?:/[\w.-]+)*\.sh\b", "\n".join(blocks)))
    for command in sorted(COMMANDS - named):
        yield f"README.md: {command} is not among its commands"
    for command in sorted(named):
        if not os.access(ROOT / command, os.X_OK) or not (ROOT / command).is_file():
            yield f"README.md: {command} is no executable file"


if __name__ == "__main__":
    found = [line for path in documents() for line in broken_links(path)] + list(broken_commands())
    print("\n".join(found) or "all links and commands lead somewhere")
    sys.exit(1 if found else 0)
