#!/usr/bin/env python3
"""tests/results.py: every way in which a test can end is counted as what it is."""

import contextlib
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.dont_write_bytecode = True
import results

JUNIT = """<testsuite>
<testcase name="a" status="run"/>
<testcase name="b" status="fail"><failure message=""/></testcase>
<testcase name="c" status="notrun"><skipped message="Unable to find executable"/></testcase>
<testcase name="d" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
<testcase name="e" status="disabled"/>
<testcase name="f" status="notrun"><skipped message="Fixture dependency failed"/></testcase>
</testsuite>"""


class Totals(unittest.TestCase):
    def total(self, files, skip_is_failure=False):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                (pathlib.Path(folder) / name).write_text(content)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = results.total(pathlib.Path(folder), skip_is_failure)
            return code, out.getvalue().splitlines()[-1]

    def test_a_test_that_could_not_start_has_failed(self):
        self.assertEqual(self.total({"dev.xml": JUNIT}), (1, "1 passed, 3 failed, 2 skipped"))

    def test_in_ci_a_skip_is_a_failure(self):
        self.assertEqual(self.total({"dev.xml": JUNIT}, True), (1, "1 passed, 5 failed, 0 skipped"))

    def test_runs_add_up_and_a_preset_that_was_not_built_has_failed(self):
        good = '<testsuite><testcase name="a" status="run"/></testsuite>'
        self.assertEqual(self.total({"a.xml": good, "b.xml": good}), (0, "2 passed, 0 failed, 0 skipped"))
        self.assertEqual(self.total({"a.xml": good, "b.not-built": ""}),
                         (1, "1 passed, 1 failed, 0 skipped"))

    def test_nothing_run_is_no_success(self):
        self.assertEqual(self.total({}), (1, "0 passed, 0 failed, 0 skipped"))

    def test_tests_are_found_by_name_or_by_label(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "CTestTestfile.cmake").write_text(
                'add_test(one.a "true")\nadd_test(two "true")\n'
                'set_tests_properties(two PROPERTIES LABELS "slow;unit")\n')
            self.assertEqual(results.match(folder, "^one"), r"^(one\.a)$")
            self.assertEqual(results.match(folder, "slow"), "^(two)$")
            self.assertEqual(results.match(folder, "three"), "")


class Run(unittest.TestCase):
    """tests/run.sh as far as its arguments go; it runs this test itself."""

    def run_script(self, *arguments, **environment):
        script = pathlib.Path(__file__).with_name("run.sh")
        return subprocess.run(["bash", script, *arguments], env={"PATH": "/usr/bin:/bin", **environment},
                              capture_output=True, text=True, timeout=60)

    def test_help_comes_in_both_languages(self):
        self.assertTrue(self.run_script("--help").stdout.startswith("usage:"))
        self.assertTrue(self.run_script("--help", LANG="zh_CN.UTF-8").stdout.startswith("用法"))
        self.assertTrue(self.run_script("--help", "--lang", "zh").stdout.startswith("用法"))

    def test_wrong_arguments_and_missing_vectors_are_refused_before_anything_is_built(self):
        for arguments in (["--al"], ["--only"], ["--lang", "fr"]):
            self.assertEqual(self.run_script(*arguments).returncode, 2)
        done = self.run_script(NIANLUN_VECTORS="/nonexistent/vectors")
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no folder /nonexistent/vectors", done.stderr)


if __name__ == "__main__":
    unittest.main()
