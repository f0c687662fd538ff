// Whether the log of today begins with the one that was seen before: from its tiles (C2SP tlog-tiles)
// the consistency proof of RFC 9162, 2.1.4, as far as it is needed for two sizes.

import { same } from "./octets.js";
import { nodeHash } from "./tree.js";

const WIDTH = 256;

/** "x001/x234/067" @param {number} index */
function pathOf(index) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return groups.join("/");
}

/**
 * Nodes of a log of `size` entries; each tile is fetched once.
 * @param {number} size @param {(path: string) => Promise<Uint8Array>} fetchTile
 * @returns {(level: number, index: number) => Promise<Uint8Array>} the node over 2^level entries
 */
export function nodesOf(size, fetchTile) {
  /** @type {Map<string, Promise<Uint8Array>>} */
  const tiles = new Map();
  return async (level, index) => {
    const height = level % 8;
    const tileLevel = (level - height) / 8;
    const perTile = WIDTH / 2 ** height;
    const tile = Math.floor(index / perTile);
    const width = Math.min(WIDTH, Math.floor(size / 256 ** tileLevel) - tile * WIDTH);
    const path = `tile/${tileLevel}/${pathOf(tile)}${width < WIDTH ? `.p/${width}` : ""}`;
    const octets = await (tiles.get(path) ?? tiles.set(path, fetchTile(path)).get(path));
    if (!octets || octets.length !== width * 32) throw new Error(`${path} has another length`);
    const first = (index % perTile) * 2 ** height;
    let row = [];
    for (let i = first; i < first + 2 ** height; ++i) row.push(octets.slice(i * 32, i * 32 + 32));
    while (row.length > 1) {
      const above = [];
      for (let i = 0; i < row.length; i += 2) above.push(await nodeHash(row[i], row[i + 1]));
      row = above;
    }
    return row[0];
  };
}

/** The largest power of two below n, for n > 1. @param {number} n */
function split(n) {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The root over the entries [from, to). @param {number} from @param {number} to @param {any} node
 * @returns {Promise<Uint8Array>} */
async function rootOver(from, to, node) {
  const count = to - from;
  const level = Math.log2(count);
  if (Number.isInteger(level)) return node(level, from / count);
  const k = split(count);
  return nodeHash(await rootOver(from, from + k, node), await rootOver(from + k, to, node));
}

/**
 * SUBPROOF(first, D[from:to], whole), folded at once: what it makes of both roots.
 * @param {number} first @param {number} from @param {number} to @param {any} node
 * @returns {Promise<{before: Uint8Array, now: Uint8Array}>}
 */
async function folded(first, from, to, node) {
  if (first === to) {
    const root = await rootOver(from, to, node);
    return { before: root, now: root };
  }
  const middle = from + split(to - from);
  if (first <= middle) {
    const left = await folded(first, from, middle, node);
    return { before: left.before, now: await nodeHash(left.now, await rootOver(middle, to, node)) };
  }
  const left = await rootOver(from, middle, node);
  const right = await folded(first, middle, to, node);
  return { before: await nodeHash(left, right.before), now: await nodeHash(left, right.now) };
}

/**
 * Whether a log begins with what was seen of it. Both roots are made of the same nodes, so nothing
 * that the tiles say can hold for the one and not for the other.
 * @param {{size: number, root: Uint8Array}} before not empty @param {{size: number, root: Uint8Array}} now
 * @param {(path: string) => Promise<Uint8Array>} fetchTile
 */
export async function begins(before, now, fetchTile) {
  if (before.size === now.size) return same(before.root, now.root);
  if (before.size < 1 || before.size > now.size) return false;
  const roots = await folded(before.size, 0, now.size, nodesOf(now.size, fetchTile));
  return same(roots.before, before.root) && same(roots.now, now.root);
}
