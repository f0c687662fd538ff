// What this phone saw of a ledger when it first looked, or when it last proved that the log had only
// grown. A log that shows another key, fewer records or another beginning is not the one that it was.

import { hashOf, hex } from "./octets.js";

/** @typedef {{since: string, size: number, root: Uint8Array}} Seen since: a date */

/** @param {string} origin */
const nameOf = (origin) => `nianlun:log:${origin}`;

/**
 * @param {string} logKey @param {{origin: string, genesis: string, size: number, logKeys: string[]}} proved
 *   logKeys: what the log's key leads to by its rotations
 * @returns {{seen: Seen | null, conflict: "" | "key" | "shrunk"}}
 */
export function recall(logKey, proved) {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(proved.origin)) ?? "null");
    if (kept === null) return { seen: null, conflict: "" };
    const seen = { since: kept.since, size: kept.size, root: hashOf(kept.root) };
    const led = kept.logKey === logKey || proved.logKeys.includes(kept.logKey);
    if (!led || kept.genesis !== proved.genesis) return { seen, conflict: "key" };
    return { seen, conflict: seen.size > proved.size ? "shrunk" : "" };
  } catch {
    return { seen: null, conflict: "" }; // a browser that keeps nothing remembers nothing
  }
}

/** @param {string} logKey @param {{origin: string, genesis: string, size: number, root: Uint8Array}} proved */
export function remember(logKey, proved) {
  const { genesis, size, root } = proved;
  const since = new Date().toISOString().slice(0, 10);
  try {
    localStorage.setItem(nameOf(proved.origin), JSON.stringify({ logKey, genesis, size, root: hex(root), since }));
  } catch {
    // As above.
  }
}
