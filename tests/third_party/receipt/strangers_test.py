#!/usr/bin/env python3
"""A real ledger's receipts are verified by a stack that has no code of ours, and a cosignature of
that stack by ours.

usage: strangers_test.py --bin FOLDER
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "samples")]
import npm
from world import DOMAIN, PARTY, World


def fetch(world, index, form):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = f"{world.url}/records/{index}/receipt?form={form}"
    with opener.open(address, timeout=60) as answer:
        return answer.read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    arguments = parser.parse_args()
    npm.install(HERE)
    with tempfile.TemporaryDirectory(prefix="nianlun-strangers-") as folder:
        world = World(folder, arguments.bin, "en")
        try:
            check(world)
        finally:
            world.close()


def check(world):
    world.set_up([ROOT / "ledger/profiles/forest.json"])
    world.start()
    owner = world.enrol("owner", "owner", ["forest/owner"], {"zh": "业主", "en": "Owner"})
    for plot in ("north", "south", "east"):
        owner.record("forest/plot-defined", [("epcList", f"{DOMAIN}/plot/{plot}")],
                     [("nianlun:name", plot), ("nianlun:boundary", "[]")])
    owner.send()
    item = world.item(f"{DOMAIN}/plot/south")
    index = item["chain"][0]["index"]
    folder = world.folder
    (folder / "receipt.json").write_text(world.receipt(index))
    for form, name in (("record", "record.json"), ("tlog-proof", "receipt.tlog-proof"),
                       ("cose", "receipt.cose")):
        (folder / name).write_bytes(fetch(world, index, form))
    (folder / "log.vkey").write_text(world.log_key)
    subprocess.run(["node", HERE / "verify.cjs", folder], check=True, timeout=120)

    said = world.ledger("verify", folder / "receipt.json", "--log", world.log_key)
    world.holds(f"Owner ({PARTY}owner)" in said, "ours says the same, and what the party is called", said)
    lean = ["--record", folder / "record.json", "--log", world.log_key]
    world.ledger("verify", folder / "receipt.cose", *lean)
    witness = (folder / "witness.vkey").read_text()
    said = world.ledger("verify", folder / "cosigned.tlog-proof", *lean, "--log", witness)
    world.holds("Witnessed by witness.example.org" in said, "ours takes a stranger's cosignature", said)


if __name__ == "__main__":
    main()
