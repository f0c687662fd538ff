#!/usr/bin/env python3
"""Writes synthetic sample data: about 2,000 trees and 5,000 vaccine boxes, as CSV files.

usage: make.py OUT [--seed N]     OUT/forest/*.csv and OUT/vaccine/*.csv; the same bytes for the same seed

All names, numbers and places are invented. The noise is what real inventories show: two in a
thousand species and positions are corrected later, 15 in a thousand rows stand twice, two in a
hundred trees were never located, and five in a hundred planting times come from a wrong clock.
"""

import argparse
import csv
import datetime
import pathlib
import random

import forest
import vaccine

ZONE = datetime.timezone(datetime.timedelta(hours=8))


def write(folder, tables):
    """Each table is a list of dictionaries with the same keys."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, metavar="OUT")
    parser.add_argument("--seed", type=int, default=2026)
    arguments = parser.parse_args()
    start = datetime.datetime(2026, 2, 1, 8, tzinfo=ZONE)
    write(arguments.out / "forest", forest.tables(random.Random(arguments.seed), start))
    write(arguments.out / "vaccine", vaccine.tables(random.Random(arguments.seed + 1), start))


if __name__ == "__main__":
    main()
