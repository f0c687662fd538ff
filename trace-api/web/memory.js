// What this phone saw of a ledger before. A log that shows another key, or fewer records than it
// once signed, is not the one that it was.

/**
 * @param {string} logKey @param {{origin: string, genesis: string, size: number}} proved
 * @returns {{since: string | null, conflict: "" | "key" | "shrunk"}} since when the key is known
 */
export function remembered(logKey, proved) {
  const name = `nianlun:log:${proved.origin}`;
  /** @type {any} */
  let before = null;
  try {
    before = JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    // A browser that keeps nothing remembers nothing.
  }
  if (before && (before.logKey !== logKey || before.genesis !== proved.genesis)) {
    return { since: before.since, conflict: "key" };
  }
  if (before && before.size > proved.size) return { since: before.since, conflict: "shrunk" };
  const since = before ? before.since : new Date().toISOString().slice(0, 10);
  try {
    const { genesis, size } = proved;
    localStorage.setItem(name, JSON.stringify({ logKey, genesis, size, since }));
  } catch {
    // As above.
  }
  return { since: before ? since : null, conflict: "" };
}
