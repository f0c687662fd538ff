"""Addresses of the synthetic programmes that are worth opening: one for each thing that a page can say."""

import csv
from random import Random

from forest import ALPHABET, tag_code
from vaccine import GTIN

LOOKED_AT = 500  # things of a kind, until one has the verdict that is looked for


def paths(world, table, prefix, column):
    with open(world.folder / "tables" / table, encoding="utf-8", newline="") as file:
        return [prefix + row[column] for row in csv.DictReader(file)][:LOOKED_AT]


def first(world, candidates, verdict, state=None):
    """The first path whose item has that verdict and state; None if there is none."""
    for path in candidates:
        name = path.removeprefix("/t/")
        view = world.item(name if name != path else "https://id.gs1.org" + path)
        if view["verdict"] == verdict and state in (None, view["state"]):
            return path
    return None


def worth_opening(world):
    """(path, what it shows in Chinese, in English, the status of its page)"""
    trees = paths(world, "forest/trees.csv", "/t/", "tag")
    boxes = paths(world, "vaccine/doses.csv", f"/01/{GTIN}/21/", "box")
    batches = paths(world, "vaccine/recalls.csv", f"/01/{GTIN}/10/", "batch")
    unknown = tag_code(Random("nobody printed this"))
    slip = unknown[:-1] + ALPHABET[ALPHABET.index(unknown[-1]) - 1]
    return [(first(world, trees, "good", "accepted"), "验收合格的树", "a tree that was accepted", 200),
            (first(world, trees, "disputed"), "有疑问的树", "a tree in dispute", 200),
            (first(world, boxes, "good", "stocked"), "在库的疫苗", "a vaccine box in stock", 200),
            (first(world, boxes, "closed", "used"), "已接种的疫苗", "a vaccine box that was given", 200),
            (first(world, batches, "recalled"), "已召回的批次", "a batch that is recalled", 200),
            ("/t/" + unknown, "账本没有的编码", "a code that nobody printed", 404),
            ("/t/" + slip, "输错的编码", "a code with a slip of the pen", 404)]
