// What the page asks its server for, none of which is taken on trust.

import { parseNoteKey } from "./tree.js";

/** @returns {Promise<any>} the receipt of a record; null while no checkpoint covers it */
export async function receiptOf(/** @type {string} */ index) {
  const answer = await fetch(`/records/${index}/receipt`, { headers: { Accept: "application/json" } });
  if (answer.status === 404 || answer.status === 503) return null;
  if (!answer.ok) throw new TypeError(`HTTP ${answer.status}`);
  return answer.json();
}

/** @typedef {{log: import("./tree.js").NoteKey, witnesses: import("./tree.js").NoteKey[],
 *             names: Map<string, string>}} Trusted names: of the policy, by those of the keys */

/** The keys by which the page is checked: the ledger's own, and those of its witnesses.
 * @returns {Promise<Trusted>} */
export async function keysOf(/** @type {string} */ logKey) {
  const log = await parseNoteKey(logKey);
  const answer = await fetch("/witnesses", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new TypeError(`HTTP ${answer.status}`);
  const told = (await answer.json()).witnesses;
  const witnesses = await Promise.all(told.map((/** @type {any} */ one) => parseNoteKey(one.key)));
  return { log, witnesses, names: new Map(told.map((/** @type {any} */ one, /** @type {number} */ i) =>
    [witnesses[i].name, one.name])) };
}

/** Tiles are the same for everybody, so a phone's other pages find them in its cache. */
export async function fetchTile(/** @type {string} */ path) {
  const answer = await fetch(`/${path}`);
  if (!answer.ok) throw new TypeError(`HTTP ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
