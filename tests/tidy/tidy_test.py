#!/usr/bin/env python3
"""Each rule of tidy.py fires on a small project that breaks it, and on nothing else."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tidy

GOOD = {
    "ledger/CMakeLists.txt": "nianlun_library(ledger_core HEADERS include/ledger/a.h SOURCES src/a.cc)\n"
                             "nianlun_library(ledger HEADERS include/ledger/store.h SOURCES src/store.cc)\n"
                             "nianlun_library(ledger_client HEADERS include/ledger/box.h SOURCES src/box.cc)\n"
                             "nianlun_binary(tool SOURCES src/main.cc)",
    "ledger/include/ledger/a.h": "// What it is.\n#pragma once\n",
    "ledger/include/ledger/store.h": '#pragma once\n#include "ledger/a.h"\n',
    "ledger/include/ledger/box.h": "#pragma once\n",
    "ledger/src/a.cc": 'auto a() { return fail(ErrorCode::kIo, "a.b"); }\nauto b() { return text(l, "a.c"); }\n',
    "ledger/src/store.cc": '#include "ledger/store.h"\n',
    "ledger/src/box.cc": '#include "ledger/box.h"\n',
    "ledger/src/main.cc": '#include "ledger/box.h"\n#include "ledger/store.h"\n#include <CLI/CLI.hpp>\n',
    "ledger/messages/en.json": '{"a.b": "at {x}", "a.c": "c"}',
    "ledger/messages/zh.json": '{"a.b": "{x}", "a.c": "c"}',
    "scanner/CMakeLists.txt": "nianlun_library(scanner SOURCES src/scan.cc src/decode.cc)",
    "scanner/src/scan.cc": '#include "ledger/box.h"\n',
    "scanner/src/decode.cc": "#include <ZXing/ReadBarcode.h>\n",
    "trace-api/CMakeLists.txt": "nianlun_library(api SOURCES src/session.cc src/router.cc)",
    "trace-api/src/router.cc": '#include "ledger/store.h"\n',
    "trace-api/src/session.cc": "awaitable<void> f() {\n  co_await g(x);\n  const auto n = co_await g(x);\n"
                                "  auto [e, m] = co_await h(x);\n  std::vector<int> v = co_await g(a[1]);\n"
                                "  co_return co_await g(x);\n}\nauto l = [&](int i) { return i; };\n",
    "tests/CMakeLists.txt": "nianlun_test(t SOURCES ledger/a_test.cc)",
    "tests/ledger/a_test.cc": "#include <doctest/doctest.h>\n// a forest of seedlings, one dose\n",
    "build/dev/x.cc": "TODO",
}


class Rules(unittest.TestCase):
    def breaches(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**GOOD, **changes}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return tidy.Tidy(root).run()

    def fires(self, rule, name, text):
        found = self.breaches({name: text})
        self.assertTrue(found, f"nothing was found in {name}: {text}")
        for breach in found:
            self.assertRegex(breach, rf"^[^:]+:\d+: {rule}: ")

    def test_what_keeps_the_rules_passes(self):
        self.assertEqual(self.breaches({}), [])

    def test_a_library_stops_at_its_owner(self):
        for header in ("leveldb/db.h", "openssl/evp.h", "sodium.h", "boost/json.hpp", "boost/asio.hpp",
                       "boost/beast/http.hpp", "boost/url.hpp", "boost/algorithm/string.hpp", "zstd.h",
                       "ZXing/ReadBarcode.h", "qrencode.h", "cairo/cairo.h", "pango/pango.h", "png.h",
                       "turbojpeg.h", "webp/decode.h", "spdlog/spdlog.h", "CLI/CLI.hpp", "doctest/doctest.h"):
            self.fires("owner", "scanner/src/scan.cc", f"#include <{header}>\n")
        self.fires("owner", "ledger/include/ledger/a.h", "#pragma once\n#include <fmt/format.h>\n")

    def test_dependencies_run_one_way(self):
        self.fires("direction", "ledger/src/a.cc", GOOD["ledger/src/a.cc"] + '#include "ledger/store.h"\n')
        self.fires("direction", "ledger/include/ledger/a.h", '#pragma once\n#include "ledger/box.h"\n')
        self.fires("direction", "ledger/src/store.cc", '#include "ledger/box.h"\n')
        self.fires("direction", "scanner/src/scan.cc", '#include "ledger/store.h"\n')
        found = self.breaches({"trace-api/CMakeLists.txt": "nianlun_library(api HEADERS include/api/r.h "
                                                           "SOURCES src/session.cc src/router.cc)",
                               "trace-api/include/api/r.h": "#pragma once\n",
                               "scanner/src/scan.cc": '#include "api/r.h"\n'})
        self.assertIn("scanner may not use trace-api", found[0])

    def test_a_private_header_counts_as_its_source(self):
        self.fires("direction", "ledger/src/a.h", '#pragma once\n#include "ledger/store.h"\n')

    def test_files_are_short_guarded_and_built(self):
        self.fires("size", "ledger/src/box.cc", "//\n" * 401)
        self.fires("pragma", "ledger/include/ledger/a.h", "#include <string>\n#pragma once\n")
        self.fires("unlisted", "ledger/src/new.cc", "")
        self.fires("unlisted", "tests/ledger/new_test.cc", "")

    def test_nothing_unfinished_and_no_word_of_a_domain(self):
        for mark in ("TODO", "FIXME", "XXX"):
            self.fires("unfinished", "docs/a.md", f"{mark}: later\n")
        for word in ("forest", "kVaccines", "seedling_count", "Nursery", "planting", "dose"):
            self.fires("domain", "ledger/src/box.cc", f"int {word};\n")

    def test_nothing_of_one_machine(self):
        for text in ("/work/x", "/root/x", "/home/me", '"resolved": "https://registry.example/a.tgz"'):
            self.fires("machine", "docs/a.md", text)
        self.fires("json", "docs/a.json", '{"a": }')

    def test_coroutines_live_in_two_files(self):
        self.fires("coroutine", "trace-api/src/router.cc", "void f() { co_return; }\n")

    def test_idioms_that_the_compiler_gets_wrong_are_refused(self):
        for body in ("co_await co_spawn(ex, [x] { g(x); });", "co_await f(Options{.a = 1});",
                     "co_await f({.a = 1});", "x = ok ? co_await f() : g();", "co_await f({a, b});",
                     "switch ((co_await f()).index()) {}", "g(co_await f(x));", "if (co_await f(x)) return;",
                     "while (co_await f(x)) g();", "co_await f(ok ? a : b);", "co_await f(co_await g(x));"):
            with self.subTest(body):
                self.fires("coroutine", "trace-api/src/session.cc", f"awaitable<void> f() {{\n  {body}\n}}\n")
        self.fires("coroutine", "trace-api/src/session.cc",
                   "auto l = [&](int i) -> awaitable<void> {\n  co_await g(x);\n};\n")

    def test_every_message_stands_in_every_language_and_is_used(self):
        zh, en = "ledger/messages/zh.json", "ledger/messages/en.json"
        self.fires("messages", zh, '{"a.b": "{x}"}')
        self.fires("messages", zh, '{"a.b": "{y}", "a.c": "c"}')
        self.fires("messages", zh, '{"a.c": "c", "a.b": "{x}"}')
        self.fires("messages", zh, '{"a.b": "{x}", "a.b": "{x}", "a.c": "c"}')
        code = GOOD["ledger/src/a.cc"]
        self.fires("messages", "ledger/src/a.cc", code + 'auto c() { return fail(code,\n    "a.d"); }\n')
        self.fires("messages", "ledger/src/a.cc", code + 'auto c() { return text(language(), "a.d"); }\n')
        unused = self.breaches({zh: '{"a.b": "{x}", "a.c": "c", "a.d": "d"}',
                                en: '{"a.b": "{x}", "a.c": "c", "a.d": "d"}',
                                "ledger/src/box.cc": '// "a.d" in a comment is no use\n'})
        self.assertEqual(unused, ["ledger/messages/en.json:1: messages: a.d is used nowhere"])


if __name__ == "__main__":
    unittest.main()
