#!/usr/bin/env python3
"""A synthetic forest and vaccine programme on a ledger of its own, through the programs alone.

usage: story.py --bin FOLDER [--check] [--lang en|zh]

Without --check it serves the programme on 127.0.0.1:8080 until it is interrupted. With --check it
plays the story of docs/testing.md, says what held, and exits 0 only if all of it did.
"""

import argparse
import json
import pathlib
import signal
import subprocess
import sys
import tempfile

import bundle_story
import forest_story
import vaccine_story
import witnesses
from addresses import worth_opening
from watch_story import Neighbour
from world import Failed, World

HERE = pathlib.Path(__file__).resolve().parent
PROFILES = HERE.parent / "ledger/profiles"

# Who acts in the samples: name, party, roles, and the party's name.
PEOPLE = [
    ("owner", "owner", ["forest/owner"], "项目业主", "Project owner"),
    ("seed-base", "seed-base", ["forest/seed-base"], "良种基地", "Seed base"),
    ("lab", "lab", ["forest/lab"], "种子检验站", "Seed laboratory"),
    ("nursery", "nursery", ["forest/nursery"], "北部苗圃", "North nursery"),
    ("inspector", "inspection", ["forest/inspector"], "质量监督站", "Inspection station"),
    ("quarantine", "quarantine", ["forest/quarantine"], "植物检疫站", "Plant quarantine"),
    ("issuer", "tag-office", ["forest/issuer"], "制牌中心", "Tag office"),
    ("driver", "haulage", ["forest/driver"], "运输公司", "Haulage company"),
    ("crew", "planting", ["forest/crew"], "第七施工队", "Planting crew seven"),
    ("supervisor", "supervision", ["forest/supervisor"], "监理公司", "Site supervision"),
    ("maker", "maker", ["vaccine/mah"], "疫苗生产企业", "Vaccine maker"),
    ("institute", "institute", ["vaccine/institute"], "批签发机构", "Release institute"),
    ("cdc", "cdc", ["vaccine/cdc"], "市疾控中心", "City CDC"),
    ("clinic", "clinic", ["vaccine/clinic"], "河东接种点", "River clinic"),
    ("nurse", "clinic", ["vaccine/nurse"], "河东接种点", "River clinic"),
    ("quality", "clinic", ["vaccine/quality"], "河东接种点", "River clinic"),
]


def set_up(world, port, witnessed=False):
    world.set_up([PROFILES / "forest.json", PROFILES / "vaccine.json"])
    if witnessed:
        witnesses.start(world)
    world.start(port)
    for name, party, roles, zh, en in PEOPLE:
        world.people[name] = world.enrol(name, party, roles, {"zh": zh, "en": en})


def import_samples(world):
    """Two programmes from tables; what the tables have wrong on purpose is kept as disputed."""
    tables = world.folder / "tables"
    subprocess.run([sys.executable, "-B", HERE / "make.py", tables], check=True)
    for domain in ("forest", "vaccine"):
        world.ledger("import", tables / domain, "--mapping", HERE / f"{domain}.import.json", "--keys",
                     world.office, "--server", world.url, exits=(0, 3))


def check(world):
    set_up(world, 0)
    import_samples(world)
    size = world.get("/health")["size"]
    world.holds(size > 10_000, f"the synthetic tables became {size} records")
    for path, _, what, status in worth_opening(world):
        world.holds(path and world.get(path, accept="text/html", wanted=status), f"there is a page of {what}")
    neighbour = Neighbour(world)
    neighbour.begin()
    forest_story.play(world)
    neighbour.end()
    world.stop()
    witnesses.start(world)
    world.start()
    witnesses.play_together(world)
    vaccine_story.play(world)
    vaccine_story.play_privacy(world)
    witnesses.play_apart(world)
    witnesses.play_rotation(world)
    # The end: a power cut, and everything is still there and in order.
    health = world.get("/health")
    world.kill()
    world.start()
    again = world.get("/health")
    world.holds(again["size"] == health["size"] and again["root"] == health["root"],
                "after a kill of the server the ledger is the same, record for record")
    told = witnesses.until_cosigned(world, health["size"], {"inspection-next", "audit"})
    world.holds(told["cosigned"]["root"] == health["root"], "and what the witnesses cosigned is its root")
    bundle_story.make(world)
    world.stop()
    bundle_story.verify(world)
    out = world.ledger("check", world.ledger_folder)
    world.holds(health["root"] in out, "ledger check recomputes every record, tile and root")
    world.ledger("rebuild", world.ledger_folder)
    out = world.ledger("check", world.ledger_folder)
    world.holds(health["root"] in out, "the state made anew from the log is the same")
    witnesses.play_set_back(world, health["size"])
    print(f"{world.held} of {world.held} held")


def serve(world):
    set_up(world, 8080, witnessed=True)
    import_samples(world)
    zh = world.language == "zh"
    pages = [(path, what_zh, what_en) for path, what_zh, what_en, _ in worth_opening(world) if path]
    json_of = pages[0][0].replace("/t/", "/items/")
    print("正在提供服务，按 Ctrl-C 结束：" if zh else "Serving; Ctrl-C ends it:")
    for path, what_zh, what_en in (("/", "首页", "the entry page"), *pages,
                                   (json_of, "第一棵树（JSON）", "the first of them as JSON"),
                                   ("/checkpoint", "已签名的检查点", "the signed checkpoint"),
                                   ("/witnesses", "谁为它见证", "who vouches for it"),
                                   ("/openapi.json", "接口说明", "the interface")):
        print(f"  {world.url}{path}   {what_zh if zh else what_en}", flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    world.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--lang", default="en", choices=("en", "zh"))
    arguments = parser.parse_args()
    if not arguments.check:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    with tempfile.TemporaryDirectory(prefix="nianlun-samples-") as folder:
        world = World(folder, arguments.bin, arguments.lang)
        try:
            check(world) if arguments.check else serve(world)
        except (Failed, subprocess.SubprocessError, OSError) as error:
            print(f"FAILED after {world.held} held: {error}", file=sys.stderr)
            log = world.folder / "server.log"
            if log.exists():
                print(log.read_text()[-3000:], file=sys.stderr)
            return 1
        finally:
            world.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
