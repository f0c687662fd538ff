"""Synthetic trees: nurseries, seedling lots, tags, loads, plots, positions and what went wrong."""

import base64
import datetime
import hashlib

TREES = 2000
PER_LOAD = 50
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
COMMON = ["油松", "元宝槭", "槐", "蒙古栎", "榆树", "旱柳", "白蜡", "栾树"]
SPECIES = ["Pinus tabuliformis", "Acer truncatum", "Sophora japonica", "Quercus mongolica",
           "Ulmus pumila", "Salix matsudana", "Fraxinus chinensis", "Koelreuteria paniculata"]
NURSERIES = ["north", "river", "hill", "east"]
PLOTS = 8
ROW = 25  # trees in a row of a plot


def stamp(time):
    return time.isoformat(timespec="seconds")


def times_x(value):
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def tag_code(rng):
    """A tag code with its check character (docs/formats.md, section 9)."""
    digits = [rng.randrange(32) for _ in range(12)]
    total = 0
    for digit in digits:
        total = times_x(total) ^ digit
    return "".join(ALPHABET[d] for d in [*digits, times_x(total)])


def digest(what):
    """How a photo or report that is kept elsewhere is named (RFC 6920)."""
    octets = hashlib.sha256(what.encode()).digest()
    return "ni:///sha-256;" + base64.urlsafe_b64encode(octets).decode().rstrip("=")


def geo(latitude_e7, longitude_e7):
    return f"geo:{latitude_e7 // 10**7}.{latitude_e7 % 10**7:07d},{longitude_e7 // 10**7}.{longitude_e7 % 10**7:07d}"


def corner(plot):
    """The south-west corner of a plot, in 1e-7 degree. Plots are 0.002 degree wide and high."""
    return 390_000_000 + (plot // 4) * 30_000, 1_159_000_000 + (plot % 4) * 30_000


def plots(start):
    rows = []
    for plot in range(PLOTS):
        south, west = corner(plot)
        north, east = south + 20_000, west + 20_000
        rows.append({"plot": f"P{plot + 1}", "name": f"Sample plot {plot + 1}", "defined_at": stamp(start),
                     "sw": geo(south, west), "se": geo(south, east), "ne": geo(north, east), "nw": geo(north, west)})
    return rows


def lots(rng, start):
    """One seedling lot for each plot's trees, with the seed that it was sown from."""
    rows = []
    for number in range(PLOTS):
        count = TREES // PLOTS + rng.randrange(20, 60)
        certificate = f"Q-2026-{rng.randrange(10**6):06d}"
        rows.append({
            "lot": f"SAMPLE{number + 1}", "nursery": NURSERIES[number % len(NURSERIES)], "species": SPECIES[number],
            "common_name": COMMON[number], "provenance": "Sample mountains", "stand": f"stand {number + 1}",
            "purity": rng.randrange(95, 100), "moisture": rng.randrange(7, 11), "report": digest(f"report {number + 1}"),
            "accredited_until": "2028-12-31", "height_cm": rng.randrange(25, 60), "root_collar_mm": rng.randrange(5, 12),
            "seed_lot": f"S{number + 1}", "seed_kg": 5 + number, "county": "Sample county", "licence": f"L-{1000 + number}",
            "licence_until": "2027-12-31", "collected_at": stamp(start + datetime.timedelta(hours=1)),
            "germination": rng.randrange(75, 98), "test_report": f"T-{number + 1}",
            "tested_at": stamp(start + datetime.timedelta(hours=5)), "bed": f"B{number + 1}", "season": "spring 2026",
            "count": count, "sown_at": stamp(start + datetime.timedelta(days=1)), "grade": rng.choice(["I", "I", "II"]),
            "sample": 50, "graded_at": stamp(start + datetime.timedelta(days=20)), "certificate": certificate,
            "certificate_end": certificate[-2:], "certificate_until": "2026-12-31",
            "certified_at": stamp(start + datetime.timedelta(days=21))})
    return rows


def one_tree(rng, number, lot, start):
    plot = number // (TREES // PLOTS)
    in_plot = number % (TREES // PLOTS)
    load = number // PER_LOAD
    bound = start + datetime.timedelta(days=22, minutes=3 * number)
    loaded = start + datetime.timedelta(days=28 + load // 4, hours=load % 4)
    arrived = loaded + datetime.timedelta(hours=5 + load % 7)
    planted = arrived + datetime.timedelta(minutes=60 + 4 * (number % PER_LOAD))
    south, west = corner(plot)
    position = (south + 600 + (in_plot // ROW) * 1800 + rng.randrange(-40, 41),
                west + 600 + (in_plot % ROW) * 700 + rng.randrange(-40, 41))
    return {
        "tree": f"6901234T{number + 1:05d}", "tag": tag_code(rng), "lot": lot["lot"], "nursery": lot["nursery"],
        "species": lot["species"], "height_m": f"{rng.randrange(18, 45) / 10:g}", "dbh_cm": f"{rng.randrange(40, 110) / 10:g}",
        "crown_m": f"{rng.randrange(8, 25) / 10:g}", "photo": digest(f"tree {number + 1}"), "site_photo": digest(f"site {number + 1}"),
        "certificate_end": lot["certificate_end"], "seal": f"S-{load + 1:03d}", "team": f"team {load % 6 + 1}",
        "bound_at": stamp(bound), "root_ball_cm": rng.randrange(40, 90, 5),
        "lifted_at": stamp(loaded - datetime.timedelta(hours=6)), "load": f"L{load + 1:03d}", "truck": f"{load % 9 + 1}",
        "vehicle": f"SAMPLE {load % 9 + 1:03d}", "certificate": lot["certificate"], "loaded_at": stamp(loaded),
        "arrived_at": stamp(arrived), "plot": f"P{plot + 1}", "slot": f"P{plot + 1}-{in_plot // ROW + 1}-{in_plot % ROW + 1}",
        "planted_at": stamp(planted), "position": geo(*position), "accuracy_m": rng.choice([1, 2, 2, 3, 5]),
        "method": rng.choice(["gps", "gps", "row"]), "located_at": stamp(planted + datetime.timedelta(hours=20))}


def add_noise(rng, trees):
    """What goes wrong, with the corrections that follow. Returns (species, positions)."""
    species, positions = [], []
    for tree in rng.sample(trees, TREES * 2 // 1000):
        wrong = rng.choice([name for name in SPECIES if name != tree["species"]])
        species.append({"tree": tree["tree"], "species": tree["species"], "source": "list", "reason": "leaves",
                        "identified_at": "2026-06-01T09:00:00+08:00"})
        tree["species"] = wrong
    for tree in rng.sample(trees, TREES * 2 // 1000):
        positions.append({"tree": tree["tree"], "plot": tree["plot"], "position": tree["position"], "accuracy_m": 1,
                          "method": "rtk", "photo": digest(f"{tree['tree']} located again"), "located_at": "2026-06-02T09:00:00+08:00"})
        tree["position"] = "geo:39.5000000,115.5000000"  # far outside the plot
    for tree in rng.sample([t for t in trees if "39.5" not in t["position"]], TREES * 2 // 100):
        tree["position"] = ""
    for tree in rng.sample(trees, TREES * 5 // 100):
        planted = datetime.datetime.fromisoformat(tree["planted_at"])
        tree["planted_at"] = stamp(planted - datetime.timedelta(hours=8))
    for tree in rng.sample(trees, TREES * 15 // 1000):
        trees.insert(rng.randrange(len(trees)), dict(tree))
    return species, positions


def inspections(rng, trees, start):
    rows = []
    for tree in sorted({t["tree"]: t for t in trees}.values(), key=lambda t: t["tree"])[::5]:
        dead = rng.random() < 0.03
        rows.append({"tree": tree["tree"], "health": "dead" if dead else rng.choice(["good", "good", "good", "weak"]),
                     "dbh_cm": f"{float(tree['dbh_cm']) + rng.randrange(0, 12) / 10:.1f}".removesuffix(".0"),
                     "cause": rng.choice(["drought", "pest", "wind"]) if dead else "",
                     "height_m": tree["height_m"], "photo": digest(f"{tree['tree']} inspected"),
                     "inspected_at": stamp(start + datetime.timedelta(days=200))})
    return rows


def tables(rng, start):
    lot_rows = lots(rng, start)
    trees = [one_tree(rng, n, lot_rows[n // (TREES // PLOTS)], start) for n in range(TREES)]
    tags = [{"order": "O1", "approved": TREES, "tag": tree["tag"], "approved_at": stamp(start + datetime.timedelta(days=2)),
             "issued_at": stamp(start + datetime.timedelta(days=3))} for tree in trees]
    species, positions = add_noise(rng, trees)
    acceptances = [{"tree": tree["tree"], "section": tree["plot"], "planted": TREES // PLOTS, "located": TREES // PLOTS - 5,
                    "designed": TREES // PLOTS, "sample": 20,
                    "accepted_at": "2026-06-20T10:00:00+08:00"}
                   for tree in sorted({t["tree"]: t for t in trees if t["position"]}.values(), key=lambda t: t["tree"])]
    care = [{"plot": f"P{plot + 1}", "care": care, "area_m2": 30_000, "at": f"2026-{month:02d}-15T09:00:00+08:00"}
            for month, care in ((5, "water"), (7, "weed"), (9, "prune")) for plot in range(PLOTS)]
    return {"plots": plots(start), "lots": lot_rows, "tags": tags, "trees": trees, "species_corrections": species,
            "position_corrections": positions, "acceptances": acceptances, "care": care,
            "inspections": inspections(rng, trees, start)}
