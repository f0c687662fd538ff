// The visitor's own phone checks the receipts of what this page shows, and says step by step what it
// found. The page is whole without it.

import { Broken, checkReceipt } from "./receipt.js";
import { begins } from "./consistency.js";
import { recall, remember } from "./memory.js";
import { compare, itemsOf } from "./shown.js";
import { fetchTile, keysOf, receiptOf } from "./source.js";

/** @typedef {HTMLElement & {dataset: Record<string, string>}} Box */

/** @type {(id: string) => Box} */
const element = (id) => /** @type {Box} */ (document.getElementById(id));
const box = element("check");
const status = element("check-status");
const steps = element("check-steps");
const all = element("check-all");

/** A text of the catalogue, which the server wrote in the page's language. */
function word(/** @type {string} */ id, /** @type {Record<string, unknown>} */ values = {}) {
  const template = /** @type {HTMLTemplateElement} */ (element("check-words"));
  const found = template.content.querySelector(`[data-word="${id}"]`)?.textContent ?? id;
  return found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** What the authority called a party, in the page's language. */
function nameOf(/** @type {Record<string, string> | undefined} */ texts) {
  return texts && (texts[document.documentElement.lang.slice(0, 2)] ?? Object.values(texts)[0]);
}

function say(/** @type {string} */ id, /** @type {Record<string, unknown>} */ values = {}) {
  status.textContent = word(id, values);
}

function list(/** @type {string} */ id, /** @type {Record<string, unknown>} */ values = {}) {
  const line = document.createElement("li");
  line.textContent = word(id, values);
  steps.append(line);
}

/** What must not be overlooked stands before the verdict. */
function alarm(/** @type {string} */ step) {
  box.className = "check false";
  say("check-failed", { what: word(`check-failed-${step}`) });
  all.hidden = true;
  const note = document.createElement("section");
  note.className = "alarm";
  note.setAttribute("role", "alert");
  for (const [tag, id] of [["h2", "check-alarm"], ["p", `check-failed-${step}`], ["p", "check-alarm-about"]]) {
    note.append(Object.assign(document.createElement(tag), { textContent: word(id) }));
  }
  document.querySelector("main")?.prepend(note);
}

/** @returns {Promise<any>} what was proved of the entry; null if there is no receipt yet */
async function checkEntry(/** @type {HTMLElement} */ entry, /** @type {import("./source.js").Trusted} */ keys) {
  const index = entry.dataset.record ?? "";
  const receipt = await receiptOf(index);
  if (receipt === null) return null;
  performance.mark("check-start");
  const proved = await checkReceipt(receipt, keys.log, keys.witnesses);
  performance.measure("check", "check-start");
  if (String(proved.index) !== index || proved.origin !== box.dataset.origin) throw new Broken("page");
  if (!compare(entry, proved.record, box.dataset)) throw new Broken("page");
  const { seen, conflict } = recall(box.dataset.logKey ?? "", proved);
  if (conflict) throw new Broken(conflict);
  if (!seen) remember(box.dataset.logKey ?? "", proved);
  entry.classList.add("checked");
  return { ...proved, seen };
}

/** @returns {HTMLElement[]} newest first */
const entries = () => Array.from(document.querySelectorAll("li[data-record]"));

async function checkNewest(/** @type {import("./source.js").Trusted} */ keys) {
  const proved = await checkEntry(entries()[0], keys);
  if (proved === null) return say("check-not-yet");
  const parties = proved.parties.filter(Boolean).map(
    (/** @type {string} */ party) => nameOf(proved.names.get(party)) ?? party).join(" · ");
  list("check-checkpoint", { size: proved.size, origin: proved.origin });
  const witnesses = proved.cosigners.map((one) => keys.names.get(one.name)).join(" · ");
  list(witnesses ? "check-witnessed" : "check-not-witnessed", { witnesses });
  list("check-record", { index: proved.index });
  list("check-seal");
  list(parties ? "check-signature" : "check-signature-ledger",
       { count: proved.seal.signers.length, parties });
  list("check-page");
  list(proved.seen ? "check-key-known" : "check-key-new", { since: proved.seen?.since });
  say("check-held", { index: proved.index });
  box.classList.add("held");
  all.hidden = entries().length < 2;
}

/** Whether the log only grew since this phone saw it. */
async function checkGrowth(/** @type {any} */ proved) {
  const { seen } = proved;
  if (!seen) return;
  if (!(await begins(seen, proved, fetchTile))) throw new Broken("fork");
  list("check-grown", { before: seen.size, since: seen.since });
  remember(box.dataset.logKey ?? "", proved);
}

/** Every entry shown, the oldest first, so that what holds the item is known when it moves. */
async function checkAll(/** @type {import("./source.js").Trusted} */ keys) {
  all.hidden = true;
  const shown = entries().reverse();
  const named = new Set([box.dataset.item ?? ""]);
  let done = 0;
  let newest = null;
  for (const entry of shown) {
    say("check-running", { done: ++done, of: shown.length });
    const proved = await checkEntry(entry, keys);
    if (proved === null) {
      box.classList.remove("held");
      return say("check-no-receipt", { index: entry.dataset.record });
    }
    newest = proved;
    const { event } = proved.record;
    const children = [...(event.childEPCs ?? []), ...(event.childQuantityList ?? [])];
    if (event.parentID && children.some((one) => named.has(one.epcClass ?? one))) {
      named.add(event.parentID);
    }
    if (!itemsOf(event).some((id) => named.has(id) || id.startsWith("urn:epc:"))) throw new Broken("page");
  }
  if (newest) await checkGrowth(newest);
  list("check-all-held", { count: shown.length });
  say("check-all-held", { count: shown.length });
}

async function guarded(/** @type {() => Promise<void>} */ work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof Broken) return alarm(error.step);
    console.error(error);
    say("check-unavailable");
  }
}

if (box && entries().length > 0) {
  box.hidden = false;
  say("check-running", { done: 1, of: 1 });
  const keys = keysOf(box.dataset.logKey ?? "");
  all.addEventListener("click", () => guarded(async () => checkAll(await keys)));
  guarded(async () => checkNewest(await keys));
}
