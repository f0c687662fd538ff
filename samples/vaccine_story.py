"""A batch from the maker to the arm: released, packed, shipped cold, given, recalled."""

import json
import urllib.parse

from world import DOMAIN, PARTY, now_plus

GTIN = "06901234567892"
BATCH = f"https://id.gs1.org/01/{GTIN}/10/STORYV"
CARTON = "https://id.gs1.org/00/069012345000099992"
PLACE = json.dumps({"id": "https://id.gs1.org/414/6901234000108"})
BOXES = 5


def box(number):
    return f"https://id.gs1.org/01/{GTIN}/21/STORY{number}"


def document(*named):
    return json.dumps([{"type": kind, "bizTransaction": DOMAIN + "/document/" + name} for kind, name in named])


def readings(start, celsius):
    return json.dumps([{"sensorReport": [
        {"type": "Temperature", "value": value, "uom": "CEL", "time": now_plus(start + i)}
        for i, value in enumerate(celsius)]}])


def play(world):
    maker, institute, clinic, nurse = (world.people[n] for n in ("maker", "institute", "clinic", "nurse"))
    boxes = [box(n) for n in range(BOXES)]
    maker.record("vaccine/coded", [("epcList", b) for b in boxes] + [("quantityList", f"{BATCH},{BOXES}")],
                 [("nianlun:product", "Sample vaccine"), ("nianlun:made", "2026-02-01"),
                  ("nianlun:expiry", "2030-02-01")], together=True, time=now_plus(20))
    maker.record("vaccine/packed", [("parentID", CARTON)] + [("childEPCs", b) for b in boxes] +
                 [("nianlun:batch", BATCH)], together=True, time=now_plus(21))
    maker.record("vaccine/submitted", [("quantityList", f"{BATCH},{BOXES}")], [("nianlun:protocol", "p-1")],
                 time=now_plus(22))
    maker.send()
    # Not released yet: shipping is refused.
    ship(maker, now_plus(23))
    maker.send(exits=(3,))
    world.holds(world.item(CARTON)["state"] == "closed", "a batch that is not released cannot be shipped")
    institute.record("vaccine/released", [("quantityList", f"{BATCH},{BOXES}")],
                     [("nianlun:certificate", "C-1"), ("bizTransactionList", document(("cert", "c1")))],
                     time=now_plus(24))
    institute.send()
    ship(maker, now_plus(25))
    maker.send()
    clinic.record("vaccine/received", [("epcList", CARTON)],
                  [("sensorElementList", readings(25, [4.0, 4.5, 5.0])), ("nianlun:count", "1"),
                   ("bizTransactionList", document(("cert", "c1")))], time=now_plus(28))
    clinic.record("vaccine/unpacked", [("parentID", CARTON)] + [("childEPCs", b) for b in boxes],
                  [("bizLocation", PLACE)], together=True, time=now_plus(29))
    clinic.send()
    world.holds(world.item(box(0))["state"] == "stocked", "the boxes arrived cold and are in stock")
    give(nurse, 0, "r-1", now_plus(30))
    nurse.send()
    world.holds(world.item(box(0))["state"] == "used", "one box is given")
    give(nurse, 0, "r-2", now_plus(31))
    nurse.send(exits=(3,))
    entries = nurse.waiting()
    world.holds(any(entry.get("outcome") in ("refused", "disputed") for entry in entries),
                "a second use of the same box is a broken guard", json.dumps(entries)[:1500])
    text = json.dumps(world.item(box(0)))
    world.holds("person-token-1" not in text, "who got it is in no public answer")
    maker.record("vaccine/recalled", [("quantityList", BATCH)],
                 [("nianlun:recallClass", "2"), ("nianlun:recallText", json.dumps({"nianlun:text": {"en": "A filter was faulty", "zh": "滤芯故障"}})),
                  ("nianlun:contact", "400-000-0000"), ("nianlun:scope", "the whole batch"),
                  ("nianlun:addressees", json.dumps([PARTY + "clinic"]))], time=now_plus(32))
    maker.send()
    world.holds(world.item(box(1))["verdict"] == "recalled", "every box of the batch shows the recall")
    clinic.record("vaccine/recall-answered", [("quantityList", BATCH)],
                  [("nianlun:got", "5"), ("nianlun:found", "4"), ("nianlun:used", "1"), ("nianlun:missing", "0"),
                   ("nianlun:fate", "locked")], time=now_plus(33))
    clinic.send()
    answers = world.item(BATCH)["answers"]
    world.holds(answers == {"asked": 1, "answered": 1}, "the recall counts who has answered it", str(answers))
    world.stop()
    token = world.ledger("token", world.ledger_folder, "--party", PARTY + "maker").strip()
    world.start()
    lines = world.get("/lots/" + urllib.parse.quote(BATCH, safe="") + "/scope",
                      accept="application/x-ndjson", token=token)
    rows = [json.loads(line) for line in lines.splitlines()] if isinstance(lines, str) else [lines]
    units = {row["id"]: row for row in rows if "id" in row}
    world.holds(all(box(n) in units for n in range(BOXES)), "the recall names every box", str(rows)[:1000])
    world.holds(rows[-1].get("holders"), "and every holder", str(rows[-1]))


def play_privacy(world):
    """One value is proved on its own; a private value is found by who answers; a person is forgotten."""
    world.stop()
    quality = world.ledger("token", world.ledger_folder, "--party", PARTY + "clinic", "--role", "vaccine/quality").strip()
    stranger = world.ledger("token", world.ledger_folder, "--party", PARTY + "haulage").strip()
    world.start()
    person = json.dumps({"is": "person-token-1"})
    path = "/values/vaccine/nianlun%3Aperson"
    found = world.post(path, person, token=quality)["records"]
    world.holds(found and all(r["event"]["nianlun:person"] == "person-token-1" for r in found),
                "who answers for the profile finds the vaccinations of a person", str(found)[:1000])
    world.post(path, person, token=stranger, wanted=403)
    index, event = found[0]["index"], found[0]["private"]
    digest = next(one["digest"] for one in event["shown"] if one["member"] == "nianlun:person")
    value = world.folder / "value.txt"
    line = world.get(f"/records/{index}/disclosures/{digest}", accept="text/plain", token=quality)
    value.write_text(line)
    receipt = world.folder / "apart.receipt.json"
    receipt.write_text(world.receipt(index))
    verify = ("verify", receipt, "--log", world.log_key)
    out = world.ledger(*verify, "--disclosure", value, "--json")
    world.holds(json.loads(out)["disclosed"] == [{"name": "nianlun:person", "value": "person-token-1"}],
                "one private value is proved on its own, offline", out[:1000])
    value.write_text(line * 2)
    world.ledger(*verify, "--disclosure", value, exits=(5,))
    world.stop()
    erase = ("erase", world.ledger_folder, "--subject", "-", "--basis", "request 1")
    world.ledger(*erase, input="person-token-1\n", exits=(1,))
    kept = line.strip().encode()
    world.holds(kept in vault_octets(world), "a dry run erases nothing")
    world.ledger(*erase, "--authority", world.authority, "--yes", input="person-token-1\n")
    world.holds(kept not in vault_octets(world), "who is to be forgotten is on no disk any longer")
    world.start()
    world.holds(world.post(path, person, token=quality)["records"] == [], "and is found by nobody")
    told = world.get(f"/records/{index}")
    world.holds(digest in told["private"]["erased"], "everybody sees that the value was erased", str(told)[:1000])
    world.ledger(*verify)
    world.holds(True, "and the receipt holds as before")


def vault_octets(world):
    return b"".join(file.read_bytes() for file in sorted((world.ledger_folder / "vault").iterdir()))


def ship(maker, time):
    maker.record("vaccine/shipped", [("epcList", CARTON)],
                 [("nianlun:receiver", "clinic"), ("nianlun:logger", "T-9"), ("nianlun:vehicle", "STORY 2"),
                  ("destinationList", json.dumps([{"type": "owning_party", "destination": PARTY + "clinic"}])),
                  ("bizTransactionList", document(("desadv", "d1"), ("cert", "c1")))], time=time)


def give(nurse, number, record, time):
    nurse.record("vaccine/administered", [("epcList", box(number)), ("nianlun:batch", BATCH)],
                 [("nianlun:record", record), ("nianlun:person", "person-token-1"),
                  ("nianlun:site", "left upper arm"), ("nianlun:route", "intramuscular"),
                  ("nianlun:dose", "1"), ("nianlun:dueFrom", "2026-01-01"), ("bizLocation", PLACE),
                  ("nianlun:checks", json.dumps(["person", "card", "vaccine"]))],
                 together=True, time=time)
