// The visitor's own phone checks the receipts of what this page shows, and says step by step what it
// found. The page is whole without it.

import { Broken, checkReceipt } from "./receipt.js";
import { parseNoteKey } from "./tree.js";
import { remembered } from "./memory.js";
import { compare, itemsOf } from "./shown.js";

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

/** @returns {Promise<any>} the receipt of a record; null while no checkpoint covers it */
async function receiptOf(/** @type {string} */ index) {
  const answer = await fetch(`/records/${index}/receipt`, { headers: { Accept: "application/json" } });
  if (answer.status === 404 || answer.status === 503) return null;
  if (!answer.ok) throw new TypeError(`HTTP ${answer.status}`);
  return answer.json();
}

/** @typedef {{log: import("./tree.js").NoteKey, witnesses: import("./tree.js").NoteKey[],
 *             names: Map<string, string>}} Trusted names: of the policy, by those of the keys */

/** The keys by which the page is checked: the ledger's own, and those of its witnesses.
 * @returns {Promise<Trusted>} */
async function keysOf() {
  const log = await parseNoteKey(box.dataset.logKey ?? "");
  const answer = await fetch("/witnesses", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new TypeError(`HTTP ${answer.status}`);
  const told = (await answer.json()).witnesses;
  const witnesses = await Promise.all(told.map((/** @type {any} */ one) => parseNoteKey(one.key)));
  return { log, witnesses, names: new Map(told.map((/** @type {any} */ one, /** @type {number} */ i) =>
    [witnesses[i].name, one.name])) };
}

/** @returns {Promise<any>} what was proved of the entry; null if there is no receipt yet */
async function checkEntry(/** @type {HTMLElement} */ entry, /** @type {Trusted} */ keys) {
  const index = entry.dataset.record ?? "";
  const receipt = await receiptOf(index);
  if (receipt === null) return null;
  performance.mark("check-start");
  const proved = await checkReceipt(receipt, keys.log, keys.witnesses);
  performance.measure("check", "check-start");
  if (String(proved.index) !== index || proved.origin !== box.dataset.origin) throw new Broken("page");
  if (!compare(entry, proved.record, box.dataset)) throw new Broken("page");
  const kept = remembered(box.dataset.logKey ?? "", proved);
  if (kept.conflict) throw new Broken(kept.conflict);
  entry.classList.add("checked");
  return { ...proved, since: kept.since };
}

/** @returns {HTMLElement[]} newest first */
const entries = () => Array.from(document.querySelectorAll("li[data-record]"));

async function checkNewest(/** @type {Trusted} */ keys) {
  const proved = await checkEntry(entries()[0], keys);
  if (proved === null) return say("check-not-yet");
  const parties = proved.parties.filter(Boolean)
    .map((/** @type {string} */ party) => party.slice(party.lastIndexOf("/") + 1)).join(" · ");
  list("check-checkpoint", { size: proved.size, origin: proved.origin });
  const witnesses = proved.cosigners.map((one) => keys.names.get(one.name)).join(" · ");
  list(witnesses ? "check-witnessed" : "check-not-witnessed", { witnesses });
  list("check-record", { index: proved.index });
  list("check-seal");
  list(parties ? "check-signature" : "check-signature-ledger",
       { count: proved.seal.signers.length, parties });
  list("check-page");
  list(proved.since ? "check-key-known" : "check-key-new", { since: proved.since });
  say("check-held", { index: proved.index });
  box.classList.add("held");
  all.hidden = entries().length < 2;
}

/** Every entry shown, the oldest first, so that what holds the item is known when it moves. */
async function checkAll(/** @type {Trusted} */ keys) {
  all.hidden = true;
  const shown = entries().reverse();
  const named = new Set([box.dataset.item ?? ""]);
  let done = 0;
  for (const entry of shown) {
    say("check-running", { done: ++done, of: shown.length });
    const proved = await checkEntry(entry, keys);
    if (proved === null) continue;
    const { event } = proved.record;
    const children = [...(event.childEPCs ?? []), ...(event.childQuantityList ?? [])];
    if (event.parentID && children.some((one) => named.has(one.epcClass ?? one))) {
      named.add(event.parentID);
    }
    if (!itemsOf(event).some((id) => named.has(id) || id.startsWith("urn:epc:"))) throw new Broken("page");
  }
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
  const keys = keysOf();
  all.addEventListener("click", () => guarded(async () => checkAll(await keys)));
  guarded(async () => checkNewest(await keys));
}
