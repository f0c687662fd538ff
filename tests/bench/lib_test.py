#!/usr/bin/env python3
"""The table of the benchmark: ratios, goals and verdicts; nothing is measured here."""

import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import lib

REFERENCE = lib.Reference("r", 1000.0, "/s", "0")


class Rows(unittest.TestCase):
    def test_a_ratio_meets_its_goal_from_the_right_side(self):
        for value, at_most, verdict in ((600, False, "met"), (599, False, "missed"),
                                        (600, True, "met"), (601, True, "missed")):
            row = lib.Row("n", value, "/s", REFERENCE, goal=0.6, at_most=at_most)
            self.assertEqual(row.verdict, verdict)

    def test_a_bound_on_the_value_counts_too(self):
        self.assertEqual(lib.Row("n", 900, "/s", REFERENCE, goal=0.5, value_min=40_000).verdict, "missed")
        self.assertEqual(lib.Row("start", 0.9, "s", value_max=1).verdict, "met")
        self.assertEqual(lib.Row("start", 1.1, "s", value_max=1).verdict, "missed")

    def test_a_row_without_its_reference_says_so_and_is_not_judged(self):
        absent = lib.Reference("nginx_static", None, "/s", "0")
        row = lib.Row("n", 600, "/s", absent, goal=0.6)
        self.assertEqual(row.line().split(), ["n", "600", "/s", "-", "nginx_static:absent", ">=0.6x", "-"])
        self.assertEqual(lib.Row("n", 600, "/s", absent, goal=0.6, value_min=500).verdict, "-")
        self.assertEqual(lib.Row("n", 600, "/s", absent, goal=0.6, value_max=500).verdict, "missed")

    def test_a_row_prints_seven_fields(self):
        row = lib.Row("n", 1234.5, "/s", REFERENCE, goal=0.6)
        self.assertEqual(row.line().split(), ["n", "1234", "/s", "1.234", "r", ">=0.6x", "met"])
        self.assertEqual(lib.Row("n", 1.5, "s").line().split(), ["n", "1.5", "s", "-", "-", "-", "-"])

    def test_an_unknown_row_is_refused(self):
        with self.assertRaises(SystemExit):
            lib.rows_of("no_such_row")
        self.assertEqual([path.stem for path in lib.rows_of("reference_p256")], ["reference_p256"])


if __name__ == "__main__":
    unittest.main()
