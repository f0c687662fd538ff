"""From a printed label to an accepted tree, part of it without a network; and what goes wrong."""

import json
import urllib.parse

from forest import digest
from world import DOMAIN, now_plus

LOT = "https://id.gs1.org/01/06901234567892/10/STORY"
SEED = DOMAIN + "/seed-lot/STORY"
ORDER = DOMAIN + "/tag-order/STORY"
PLOT = "https://id.gs1.org/414/6901234000016/254/STORY"
TRUCK = "https://id.gs1.org/8003/06901234000023STORY"
DOCUMENT = DOMAIN + "/document/"
RING = ["geo:39.0000000,115.9000000", "geo:39.0000000,115.9100000", "geo:39.0100000,115.9100000",
        "geo:39.0100000,115.9000000"]
PICTURE = "year rings"  # kept elsewhere; events have its hash alone
PHOTO = digest(PICTURE)
TREES = 6


def tree(number):
    return f"https://id.gs1.org/8004/6901234STORY{number}"


def document(kind, name):
    return json.dumps([{"type": kind, "bizTransaction": DOCUMENT + name}])


def asked(world, identifier, step):
    """What the server asks of an item with a step, beside what the step requires."""
    steps = world.get("/items/" + urllib.parse.quote(identifier, safe="") + "/steps")["steps"]
    wanted = next(one["evidence"] for one in steps if one["step"] == step)
    return [(evidence["member"], PHOTO) for evidence in wanted]


def play(world):
    codes, images = labels(world)
    nursery(world, codes)
    transport(world, images)
    planting(world, codes, images)
    wrongs(world)
    public(world, codes)


def labels(world):
    file = world.folder / "codes.txt"
    world.labels("allocate", "--count", TREES + 2, "--out", file)
    codes = file.read_text().split()
    world.labels("print", "--codes", file, "--host", "tags.example.org", "--format", "pdf", "--out",
                 world.folder / "sheet.pdf")
    pictures = world.folder / "pictures"
    world.labels("print", "--codes", file, "--host", "tags.example.org", "--format", "png", "--out",
                 pictures)
    read = world.scanner("decode", pictures)
    found = {line.split("\t")[1].rsplit("/", 1)[1]: line.split("\t")[0] for line in read.splitlines()}
    world.holds(set(found) == set(codes), f"{len(codes)} printed labels are read back from their pictures")
    return codes, found


def nursery(world, codes):
    people = world.people
    owner, issuer, grower = people["owner"], people["issuer"], people["nursery"]
    owner.record("forest/plot-defined", [("epcList", PLOT)],
                 [("nianlun:name", "STORY"), ("nianlun:boundary", json.dumps(RING))], time=now_plus(0))
    owner.record("forest/tags-approved", [("quantityList", f"{ORDER},{len(codes)}")], time=now_plus(1))
    owner.send()
    issuer.record("forest/tags-issued",
                  [("epcList", code) for code in codes] + [("quantityList", f"{ORDER},{len(codes)}")],
                  together=True, time=now_plus(2))
    issuer.send()
    page = world.get("/t/" + codes[0], accept="text/html")
    world.holds("<html" in page, "a tag that is bound to nothing yet has a page")
    base = people["seed-base"]
    base.record("forest/seed-collected", [("quantityList", f"{SEED},50,KGM")],
                [("nianlun:species", "Pinus tabuliformis"), ("nianlun:commonName", "油松"),
                 ("nianlun:speciesSource", "list"), ("nianlun:county", "Yixian"),
                 ("nianlun:provenance", "Yan mountains"), ("nianlun:stand", "stand 4"),
                 ("nianlun:licence", "L-1"), ("nianlun:licenceUntil", "2030-01-01")], time=now_plus(3))
    base.send()
    people["lab"].record("forest/seed-tested", [("quantityList", SEED)],
                         [("nianlun:germination", "92"), ("nianlun:purity", "98"), ("nianlun:moisture", "8"),
                          ("nianlun:reportHash", PHOTO), ("nianlun:accreditedUntil", "2030-01-01"),
                          ("bizTransactionList", document("testres", "s1"))],
                         time=now_plus(4))
    people["lab"].send()
    grower.record("forest/sown", [("inputQuantityList", f"{SEED},1,KGM"),
                                  ("outputQuantityList", f"{LOT},100")],
                  [("nianlun:species", "Pinus tabuliformis"), ("nianlun:season", "2026"),
                   ("nianlun:bed", "bed-seven-north"), ("nianlun:age", "1-0")], together=True, time=now_plus(5))
    grower.send()
    grower.record("forest/graded", [("quantityList", LOT)],
                  [("nianlun:grade", "I"), ("nianlun:standard", "GB 6000"), ("nianlun:sample", "50"),
                   ("nianlun:height", "31"), ("nianlun:rootCollar", "6"), ("nianlun:roots", "12")], time=now_plus(6))
    grower.send(people["inspector"])
    for number in range(TREES):
        grower.record("forest/bound", [("outputEPCList", tree(number)), ("inputQuantityList", f"{LOT},1"),
                                       ("nianlun:tag", codes[number])],
                      [("nianlun:species", "Pinus tabuliformis"), ("nianlun:height", "2.5"), ("nianlun:dbh", "6"),
                       ("nianlun:crown", "1.5"), ("nianlun:rootBall", "40"),
                       ("nianlun:speciesSource", "list"), *asked(world, tree(number), "forest/bound")],
                      together=True, time=now_plus(7))
    grower.send()
    item = world.item(codes[0])
    world.holds(item["id"] == tree(0) and item["state"] == "nursery",
                "a tag that was bound leads to its tree", json.dumps(item)[:800])
    world.holds(any(a["id"] == LOT for a in item["ancestors"]), "the tree's lot is among its ancestors")


def transport(world, images):
    people = world.people
    grower = people["nursery"]
    grower.record("forest/lifted", [("epcList", image) for image in list(images.values())[:0]] or
                  [("epcList", tree(n)) for n in range(TREES)], [("nianlun:rootBall", "40")],
                  time=now_plus(8))
    grower.send()
    # One tree leaves before the lot has its certificate: it is kept, and disputed.
    load(world, [TREES - 1], now_plus(9), exits=(0, 3))
    late = world.item(tree(TREES - 1))
    broken = [entry["guard"] for event in late["chain"] for entry in event["broken"]]
    world.holds(late["verdict"] == "disputed" and late["openExceptions"] > 0 and "quarantined" in broken,
                "a tree shipped without a quarantine certificate is disputed", json.dumps(late)[:1500])
    people["quarantine"].record("forest/quarantined", [("quantityList", LOT)],
                                [("nianlun:validUntil", "2030-01-01"),
                                 ("nianlun:certificate", "Q-77-0815"),
                                 ("nianlun:certificateEnd", "0815"), ("nianlun:scope", "the whole lot"),
                                 ("bizTransactionList", document("cert", "q1"))], time=now_plus(10))
    people["quarantine"].send()
    load(world, range(TREES - 1), now_plus(11))
    world.holds(world.item(tree(0))["state"] == "in-transit", "the others are on their way")


def load(world, numbers, time, exits=(0,)):
    grower = world.people["nursery"]
    numbers = list(numbers)
    grower.record("forest/loaded", [("parentID", TRUCK)] + [("childEPCs", tree(n)) for n in numbers],
                  [("nianlun:loaded", str(len(numbers))), ("nianlun:vehicle", "STORY 1"),
                   ("nianlun:seal", "S-1"), ("nianlun:certificate", "Q-77-0815"),
                   ("nianlun:certificateEnd", "0815"),
                   ("bizTransactionList", document("cert", "q1"))], together=True, time=time)
    grower.send(world.people["driver"], exits=exits)


def planting(world, codes, images):
    crew, supervisor, owner = (world.people[name] for name in ("crew", "supervisor", "owner"))
    numbers = list(range(TREES - 1))
    crew.record("forest/arrived", [("parentID", TRUCK)] + [("childEPCs", tree(n)) for n in numbers],
                [("nianlun:count", str(len(numbers))), ("nianlun:rejected", "0"),
                 ("nianlun:loaded", str(len(numbers)))], together=True, time=now_plus(12))
    crew.send(supervisor)
    # The crew's phone knows the tags; then there is no network.
    world.scanner("show", *[images[codes[n]] for n in numbers], "--server", world.url, "--store", crew.store)
    world.stop()
    for n in numbers:
        crew.record("forest/planted", [("childEPCs", images[codes[n]]), ("parentID", PLOT)],
                    [("nianlun:slot", f"STORY-1-{n}"), ("nianlun:crew", "team 3"), ("bizLocation", json.dumps({"id": PLOT}))],
                    together=True, time=now_plus(13))
    for n in numbers:
        crew.record("forest/located", [("epcList", images[codes[n]])],
                    [("nianlun:position", f"geo:39.005{n}000,115.9050000"), ("nianlun:accuracy", "2"),
                     ("nianlun:method", "gps"), ("nianlun:datum", "WGS84"), ("nianlun:photo", PHOTO),
                     ("bizLocation", json.dumps({"id": PLOT}))], time=now_plus(14))
    crew.send(exits=(4,))
    waiting = [entry for entry in crew.waiting() if entry.get("state") in ("waiting", "sealed")]
    world.holds(len(waiting) == 2 * len(numbers),
                f"{len(waiting)} events wait on the phone while the server is away")
    world.start()
    before = world.get("/health")["size"]
    crew.send()
    crew.send()
    after = world.get("/health")["size"]
    world.holds(after - before == 2 * len(numbers), "when it is back, everything arrives once")
    world.holds(all(world.item(codes[n])["state"] == "located" for n in numbers), "the trees are located")
    supervisor.record("forest/accepted", [("epcList", tree(n)) for n in numbers],
                      [("nianlun:section", "STORY"), ("nianlun:planted", "5"), ("nianlun:located", "5"),
                       ("nianlun:designed", "5"), ("nianlun:sample", "2"), ("nianlun:result", "passed")],
                      together=True, time=now_plus(15))
    supervisor.send(owner)
    world.holds(world.item(tree(0))["state"] == "accepted", "the supervisor and the owner accepted them")


def wrongs(world):
    crew = world.people["crew"]
    crew.record("forest/planted", [("childEPCs", tree(1)), ("parentID", PLOT)],
                [("nianlun:slot", "STORY-1-0"), ("nianlun:crew", "team 3"), ("bizLocation", json.dumps({"id": PLOT}))],
                together=True, time=now_plus(16))
    crew.send(exits=(3,))
    twice = world.item(tree(1))
    world.holds(twice["verdict"] == "disputed" and twice["openExceptions"] > 0,
                "a tree planted twice is kept, disputed, with an open exception", json.dumps(twice)[:1500])


def public(world, codes):
    page = world.get("/t/" + codes[0] + "?lang=zh", accept="text/html")
    world.holds('lang="zh' in page and "Pinus tabuliformis" in page, "the tag's page speaks Chinese", page[:3000])
    world.holds("名录" not in page and "同车株数" not in page, "and leaves out what the public does not need", page[:3000])
    lot = world.get("/t?lang=zh&code=" + urllib.parse.quote(LOT, safe=""), accept="text/html")
    world.holds("Ⅰ 级" in lot, "the values of its profile are in Chinese too", lot[:3000])
    page = world.get("/t/" + codes[0] + "?lang=en", accept="text/html")
    world.holds('lang="en' in page and "Pinus" in page, "and English", page[:300])
    item = world.item(codes[0])
    index = item["chain"][0]["index"]
    receipt = world.folder / "tree.receipt.json"
    receipt.write_text(world.receipt(index))
    out = world.ledger("verify", receipt, "--log", world.log_key)
    world.holds(str(index) in out, "ledger verify accepts the receipt offline")
    forged = receipt.read_text().replace("STORY", "STORX")
    (world.folder / "forged.json").write_text(forged)
    world.ledger("verify", world.folder / "forged.json", "--log", world.log_key, exits=(1, 5))
    world.holds(True, "a receipt that was changed does not hold")
    text = json.dumps(item)
    world.holds("Q-77-0815" not in text and "bed-seven-north" not in json.dumps(world.item(LOT)),
                "what the profile holds private is in no public answer")
    logs = b"".join(file.read_bytes() for name in ("log", "state")
                    for file in (world.ledger_folder / name).iterdir() if file.is_file())
    world.holds(b"Q-77-0815" not in logs, "nor in log or state")
