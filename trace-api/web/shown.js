// Whether an entry of the page says what its record says.

/** The items that an event names. @param {any} event @returns {string[]} */
export function itemsOf(event) {
  const lists = ["epcList", "childEPCs", "inputEPCList", "outputEPCList"].map((name) => event[name] ?? []);
  const quantities = ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"]
    .flatMap((name) => event[name] ?? []).map((one) => one.epcClass);
  return [...lists.flat(), ...quantities, ...(event.parentID ? [event.parentID] : [])];
}

/** Year, day, hour and minute where the ledger is; and the month, which English writes as a word.
 * @param {string} time @param {string} zone */
function partsOf(time, zone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
                    hour: "numeric", minute: "numeric" };
  const parts = new Intl.DateTimeFormat("en", options).formatToParts(new Date(time));
  return Object.fromEntries(parts.map((part) => [part.type, Number(part.value)]));
}

/** Whether a time in words is that moment: its numbers are those of the date, in any order.
 * @param {string} said @param {string} time @param {string} zone */
export function saysTime(said, time, zone) {
  const { year, month, day, hour, minute } = partsOf(time, zone);
  const found = (said.match(/\d+/g) ?? []).map(Number).sort();
  const wanted = [year, day, hour, minute];
  const same = (/** @type {number[]} */ list) => list.sort().join() === found.join();
  return same(wanted) || same([year, month, day, hour, minute]);
}

/**
 * @param {HTMLElement} entry @param {any} record
 * @param {Record<string, string>} page zone: the time zone in which it shows times
 */
export function compare(entry, record, page) {
  const time = entry.querySelector("time");
  return time !== null && time.dateTime === record.event.eventTime &&
         saysTime(time.textContent ?? "", record.event.eventTime, page.zone) &&
         entry.dataset.step === record.verdict.step;
}
