"""Synthetic vaccine boxes: batches, cartons, shipments with their temperatures, and what became of them."""

import datetime

BATCHES = 5
PER_BATCH = 1000
PER_CARTON = 50
CLINICS = ["river", "park", "station", "market"]
GTIN = "06901234567892"


def stamp(time):
    return time.isoformat(timespec="seconds")


def check_digit(digits):
    total = sum(int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits)))
    return str((10 - total % 10) % 10)


def sscc(number):
    digits = f"0690123450{number:07d}"
    return digits + check_digit(digits)


def place(clinic):
    digits = f"69012340001{CLINICS.index(clinic)}"
    return digits + check_digit(digits)


def token(rng):
    return f"{rng.getrandbits(64):016x}"


def batches(start):
    rows = []
    for number in range(BATCHES):
        made = start + datetime.timedelta(days=number)
        rows.append({"batch": f"V2026{number + 1:02d}", "gtin": GTIN, "product": "Sample vaccine", "made": made.date(),
                     "expiry": made.date().replace(year=2028), "protocol": f"protocol {number + 1}", "boxes": PER_BATCH,
                     "submitted_at": stamp(made + datetime.timedelta(days=2)), "certificate": f"SAMPLE-{number + 1:04d}",
                     "released_at": stamp(made + datetime.timedelta(days=20))})
    return rows


def boxes(batch_rows):
    rows = []
    for batch_number, batch in enumerate(batch_rows):
        coded = datetime.datetime.fromisoformat(batch["submitted_at"]) - datetime.timedelta(days=1)
        for number in range(PER_BATCH):
            carton = batch_number * PER_BATCH // PER_CARTON + number // PER_CARTON
            time = coded + datetime.timedelta(minutes=number // PER_CARTON)
            rows.append({"box": f"SAMPLE{batch_number + 1}{number + 1:05d}", "gtin": GTIN, "batch": batch["batch"],
                         "product": batch["product"], "made": batch["made"], "expiry": batch["expiry"],
                         "carton": sscc(carton + 1), "coded_at": stamp(time),
                         "packed_at": stamp(time + datetime.timedelta(hours=2))})
    return rows


def shipments(batch_rows):
    """Every carton goes to the centre for disease control, then half of them to a clinic."""
    rows = []
    for carton in range(BATCHES * PER_BATCH // PER_CARTON):
        batch = batch_rows[carton * PER_CARTON // PER_BATCH]
        shipped = datetime.datetime.fromisoformat(batch["released_at"]) + datetime.timedelta(hours=20 + carton % 20)
        rows.append({"carton": sscc(carton + 1), "batch": batch["batch"], "receiver": "cdc", "clinic": "",
                     "logger": f"T-{carton + 1:03d}", "despatch": f"D-{carton + 1:03d}", "vehicle": f"SAMPLE {carton % 5 + 1}",
                     "report": f"report {carton + 1}" if carton == 7 else "", "certificate": batch["certificate"],
                     "shipped_at": stamp(shipped), "received_at": stamp(shipped + datetime.timedelta(hours=4)),
                     "outcome": "returned" if carton == 7 else "received",
                     "reason": "above 8 °C for an hour" if carton == 7 else ""})
    for first in list(rows[::2]):
        shipped = datetime.datetime.fromisoformat(first["received_at"]) + datetime.timedelta(days=2)
        rows.append({**first, "receiver": "clinic", "clinic": CLINICS[len(rows) % len(CLINICS)],
                     "logger": "T-9" + first["logger"][2:], "despatch": "E" + first["despatch"][1:],
                     "shipped_at": stamp(shipped), "received_at": stamp(shipped + datetime.timedelta(hours=3))})
    return rows


def readings(rng, shipment_rows):
    """One reading for every 20 minutes of a journey, each with what the receiver says of it."""
    rows = []
    for shipment in shipment_rows:
        time = datetime.datetime.fromisoformat(shipment["shipped_at"])
        end = datetime.datetime.fromisoformat(shipment["received_at"])
        while time <= end:
            hot = shipment["outcome"] == "returned" and (end - time) < datetime.timedelta(hours=2) and end != time
            celsius = rng.randrange(85, 110) if hot else rng.randrange(25, 75)
            rows.append({**shipment, "time": stamp(time), "celsius": f"{celsius / 10:g}"})
            time += datetime.timedelta(minutes=20)
    return rows


def doses(rng, box_rows, shipment_rows):
    """What the clinics gave of the boxes that reached them, and what they destroyed."""
    there = {row["carton"]: row for row in shipment_rows if row["receiver"] == "clinic"}
    rows = []
    for box in box_rows:
        if box["carton"] not in there:
            continue
        row = there[box["carton"]]
        received = datetime.datetime.fromisoformat(row["received_at"])
        fate = rng.choices(["given", "wasted", "stock"], [30, 1, 69])[0]
        rows.append({"box": box["box"], "gtin": box["gtin"], "batch": box["batch"], "carton": box["carton"], "clinic": row["clinic"],
                     "place": place(row["clinic"]), "dose": rng.choice([1, 1, 2]), "due_from": received.date(), "doses": 1,
                     "unpacked_at": stamp(received + datetime.timedelta(hours=1)), "fate": fate,
                     "at": stamp(received + datetime.timedelta(days=3, minutes=rng.randrange(20_000))),
                     "record": token(rng), "person": token(rng), "site": rng.choice(["left upper arm", "right upper arm"]),
                     "reason": "broken" if fate == "wasted" else ""})
    return rows


def refrigerators(rng, start):
    rows = []
    for number, clinic in enumerate(CLINICS):
        for day in range(14):
            celsius = [rng.randrange(25, 70) for _ in range(4)]
            for hour in range(0, 24, 6):
                time = start + datetime.timedelta(days=30 + day, hours=hour - 8)
                rows.append({"fridge": f"6901234F{number + 1}", "clinic": clinic, "day": time.date(), "time": stamp(time),
                             "celsius": f"{celsius[hour // 6] / 10:g}", "report_at": stamp(time.replace(hour=23, minute=0)),
                             "lowest": f"{min(celsius) / 10:g}", "highest": f"{max(celsius) / 10:g}",
                             "average": f"{sum(celsius) / 40:g}", "report": "kept"})
    return rows


def tables(rng, start):
    batch_rows = batches(start)
    box_rows = boxes(batch_rows)
    shipment_rows = shipments(batch_rows)
    recalls = [{"gtin": GTIN, "batch": batch_rows[-1]["batch"], "class": 2,
                "text": "A filter was faulty (sample)", "text_zh": "滤芯故障（样例）",
                "scope": "the whole batch", "scope_zh": "整批",
                "contact": "400-000-0000", "at": "2026-06-01T09:00:00+08:00"}]
    return {"batches": batch_rows, "boxes": box_rows, "shipments": shipment_rows,
            "readings": readings(rng, shipment_rows), "doses": doses(rng, box_rows, shipment_rows),
            "refrigerators": refrigerators(rng, start), "recalls": recalls}
