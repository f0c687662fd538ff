#!/usr/bin/env python3
"""The rules of CONTRIBUTING.md that a script can check. An exception is a line here, with its reason.

usage: tidy.py [ROOT]    prints FILE:LINE: RULE: WHY for each breach; exit code 1 if there is one
"""

import fnmatch
import json
import pathlib
import re
import sys

sys.dont_write_bytecode = True
import coroutines

PRODUCT = ("ledger/", "labels/", "scanner/", "trace-api/")
CPP = (".cc", ".h")
TEXT = (*CPP, ".cmake", ".css", ".html", ".js", ".json", ".md", ".mjs", ".py", ".sh", ".txt", ".yml")

# What an #include begins with, and the files that own the library behind it (docs/decisions/0001).
OWNERS = [
    (r"CLI/", "*/src/main.cc */src/*_main.cc */src/*_command.cc ledger/src/command_line.cc"),
    (r"leveldb/", "ledger/src/database.cc ledger/src/sync_env.h ledger/src/outbox.cc tests/simulation/* tests/bench/*"),
    (r"openssl/", "ledger/src/hash.cc ledger/src/signature.cc ledger/src/random.cc"
                  " ledger/src/key_file.cc ledger/src/private_key.cc ledger/src/sm2.cc ledger/src/openssl.h ledger/src/event_hash.cc"
                  " ledger/src/http_client.cc trace-api/src/server.cc trace-api/src/session.cc"),
    (r"p11-kit", "ledger/src/pkcs11.cc"),
    (r"sodium", "ledger/src/private_key.h ledger/src/signature.cc ledger/src/random.cc"),
    (r"boost/json", "ledger/src/json_parse.cc"),
    (r"boost/(asio|beast)", "trace-api/src/server.cc trace-api/src/session* trace-api/src/worker.*"
                           " trace-api/src/request_parser.* ledger/src/http_client.cc"),
    (r"boost/url", "trace-api/src/*.cc"),
    (r"boost/geometry", "ledger/src/geometry.cc"),
    (r"boost/(?!json|asio|beast|url|geometry)", ""),
    (r"zstd|zdict", "ledger/src/compression.cc tests/bench/*"),
    (r"zlib", "ledger/src/gzip.cc tests/tool/*"),
    (r"ZXing/", "scanner/src/decode.cc tests/labels/*"),
    (r"qrencode", "labels/src/qr.cc tests/bench/*"),
    (r"cairo|pango", "labels/src/sheet.cc ledger/src/paper.cc ledger/src/paper_font.*"),
    (r"zip\.h", "ledger/src/bundle_zip.cc"),
    (r"png\.h", "labels/src/png.cc scanner/src/image.cc"),
    (r"turbojpeg|webp/", "scanner/src/image.cc"),
    (r"fmt/", "*.cc"),
    (r"spdlog/", "trace-api/src/*.cc"),
    (r"doctest/", "tests/*"),
]
# Which target may include the public headers of which others. Not listed: tests, which may all.
MAY_USE = {
    "ledger_core": set(),
    "ledger": {"ledger_core"},
    "ledger_client": {"ledger_core"},
    "labels": {"ledger_core", "ledger_client", "scanner", "scanner_decode"},  # reads its symbols back
    "scanner": {"ledger_core", "ledger_client"},
    "trace-api": {"ledger_core", "ledger", "ledger_client", "labels"},
    "ledger_tool": {"ledger_core", "ledger", "ledger_client"},
}
LINES_MAX = 400
LINES_STOP = 500
LONG = {"ledger/src/profile_parse.cc": "one grammar", "ledger/src/event_hash.cc": "one algorithm"}  # path: why it is one idea, though over LINES_MAX
ASSEMBLED = {"profile.*": "profile_parse.cc names them through At::wrong()"}  # pattern of message ids that code puts together at run time: where and why
WORDS = "forest|vaccine|seedling|nursery|nurserie|planting|dose"
DOMAIN = re.compile(rf"((?<![A-Za-z])({WORDS})|{'|'.join(map(str.capitalize, WORDS.split('|')))})s?(?![a-z])")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
MACHINE = re.compile(r"/work/|/root/|/home/\w|/Users/\w|\"resolved\": *\"http|^ *registry *=|_authToken")
FAIL_ID = re.compile(r'\bfail\(\s*(?:nianlun::)?(?:ErrorCode::)?\w+,\s*"([^"]*)"')
TEXT_ID = re.compile(r'(?<![\w.>])(?:nianlun::)?text\(\s*[^(),"]+(?:\([^()]*\))?,\s*"([^"]*)"')
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
SELF = "tests/tidy/*"  # the rules and their test name what they refuse


class Tidy:
    def __init__(self, root):
        self.root = root
        self.breaches = []
        self.texts = {}
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if re.search(r"(^|/)(build|node_modules|\.git)(/|$)", name) or not path.is_file():
                continue
            if path.suffix in TEXT:
                self.texts[name] = path.read_bytes().decode("utf-8", "replace")
        self.targets = self.owners_of_files()

    def breach(self, name, line, rule, why):
        self.breaches.append(f"{name}:{line}: {rule}: {why}")

    def refuse(self, name, pattern, rule, why):
        for number, line in enumerate(self.texts[name].splitlines(), 1):
            if found := pattern.search(line):
                self.breach(name, number, rule, f"{found.group(0)}: {why}")

    def owners_of_files(self):
        """From file to target, as nianlun_library() and nianlun_binary() list them."""
        targets = {}
        for name, text in self.texts.items():
            if not name.startswith(PRODUCT) or not name.endswith("CMakeLists.txt"):
                continue
            folder = name.rsplit("/", 1)[0]
            text = re.sub(r"#.*", "", text)
            for kind, target, body in re.findall(r"nianlun_(library|binary)\((\S+)([^)]*)\)", text):
                if target not in MAY_USE:  # a folder's own library and its main
                    target = "ledger_tool" if folder == "ledger" else folder.split("/")[0]
                for file in re.findall(r"\S+\.(?:cc|h)\b", body):
                    targets[f"{folder}/{file}"] = target
        for name in self.texts:  # a private header belongs to the source of its name
            if name.endswith(".h") and name not in targets:
                targets[name] = targets.get(name[:-2] + ".cc")
        return targets

    def cpp(self, name):
        lines = self.texts[name].splitlines()
        if len(lines) > (LINES_STOP if name in LONG else LINES_MAX):
            self.breach(name, len(lines), "size", f"{len(lines)} lines, at most {LINES_MAX}")
        code = coroutines.blank(self.texts[name])
        if name.endswith(".h") and not code.lstrip().startswith("#pragma once"):
            self.breach(name, 1, "pragma", "a header begins with #pragma once")
        for number, line in enumerate(lines, 1):
            if found := INCLUDE.match(line):
                self.include(name, number, found.group(1))
        if name.startswith(PRODUCT) and name != "ledger/src/epcis_words.cc":  # the CBV says Dose
            self.refuse(name, DOMAIN, "domain", "a word of a domain belongs to profiles and samples")
        allowed = name in ("trace-api/src/server.cc", "trace-api/src/session.cc")
        for number, why in coroutines.breaches(code, allowed):
            self.breach(name, number, "coroutine", why)
        if name.endswith(".cc") and not self.is_listed(name):
            self.breach(name, 1, "unlisted", "no CMakeLists.txt names this file")

    def include(self, name, number, header):
        for prefix, owners in OWNERS:
            if re.match(prefix, header) and not any(fnmatch.fnmatch(name, o) for o in owners.split()):
                self.breach(name, number, "owner", f"<{header}> is for {owners or 'nobody'} only")
        mine = self.targets.get(name)
        for folder in PRODUCT:
            theirs = self.targets.get(f"{folder}include/{header}")
            if mine and theirs and theirs != mine and theirs not in MAY_USE[mine]:
                self.breach(name, number, "direction", f"{mine} may not use {theirs} ({header})")

    def is_listed(self, name):
        if name in ("tests/main.cc", "tests/simulation/fault_env.cc"):  # in every test, by nianlun_test()
            return True
        parts = name.split("/")
        for depth in range(1, len(parts)):
            text = self.texts.get("/".join([*parts[:depth], "CMakeLists.txt"]), "")
            rest = "/".join(parts[depth:])
            if re.search(rf"(?:(?<![\w/.-])|(?<=\}}/)){re.escape(rest)}(?![\w.])", text):
                return True
            if name.endswith("_fuzz.cc") and re.search(rf"nianlun_fuzzer\({parts[-1][:-8]}[ )]", text):
                return True
        return False

    def messages(self):
        catalogues = {}
        for name in fnmatch.filter(self.texts, "ledger/messages/*.json"):
            pairs = json.loads(self.texts[name], object_pairs_hook=list)
            keys = [key for key, _ in pairs]
            if keys != sorted(set(keys)):
                self.breach(name, 1, "messages", "ids are unique and sorted")
            catalogues[name] = {key: sorted(set(re.findall(r"\{\w+\}", text))) for key, text in pairs}
        ids = set().union(*catalogues.values())
        for name, catalogue in catalogues.items():
            for key in sorted(ids):
                others = [c[key] for c in catalogues.values() if key in c]
                if key not in catalogue:
                    self.breach(name, 1, "messages", f"{key} is missing")
                elif any(placeholders != catalogue[key] for placeholders in others):
                    self.breach(name, 1, "messages", f"{key} has other placeholders elsewhere")
        used = set()
        for name, text in self.texts.items():
            if not name.startswith(PRODUCT) or not name.endswith((*CPP, ".js", ".html")):
                continue
            if name.endswith(CPP):
                text = coroutines.blank(text, literals=False)
            used.update(re.findall(r"[\"'`{]([a-z0-9]+(?:[.-][a-z0-9]+)+)[\"'`}]", text))
            for found in [*FAIL_ID.finditer(text), *TEXT_ID.finditer(text)]:
                if name.endswith(CPP) and found.group(1) not in ids and "." in found.group(1):
                    line = text.count("\n", 0, found.start(1)) + 1
                    self.breach(name, line, "messages", f"{found.group(1)} is in no catalogue")
        for key in sorted(ids - used):
            if not any(fnmatch.fnmatch(key, pattern) for pattern in ASSEMBLED):
                self.breach("ledger/messages/en.json", 1, "messages", f"{key} is used nowhere")

    def run(self):
        for name in self.texts:
            if fnmatch.fnmatch(name, SELF):
                continue
            self.refuse(name, UNFINISHED, "unfinished", "it is an issue, or it is done")
            self.refuse(name, MACHINE, "machine", "this depends on one machine")
            if name.endswith(CPP):
                self.cpp(name)
            if name.endswith(".json") and not name.startswith("tests/fuzz/seeds/"):
                try:
                    json.loads(self.texts[name])
                except ValueError as error:
                    self.breach(name, 1, "json", str(error))
        if not any(": json: " in breach for breach in self.breaches):
            self.messages()
        return self.breaches


if __name__ == "__main__":
    top = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]
    found = Tidy(top.resolve()).run()
    print("\n".join(found) or "tidy")
    sys.exit(1 if found else 0)
