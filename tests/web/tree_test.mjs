// The page's tree is that of RFC 9162: against a plain reading of its definition, for trees that fill
// tiles and trees that do not.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { begins } from "../../trace-api/web/consistency.js";
import { leafHash, rootOf } from "../../trace-api/web/tree.js";

const sha256 = (...parts) => new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest());
const entry = (i) => Buffer.from(`entry ${i}`);
const half = (n) => 2 ** Math.floor(Math.log2(n - 1));

/** MTH(D[from:to]) */
function root(from, to) {
  if (to - from === 1) return sha256(Buffer.of(0), entry(from));
  const k = half(to - from);
  return sha256(Buffer.of(1), root(from, from + k), root(from + k, to));
}
/** PATH(index, D[from:to]) */
function path(index, from, to) {
  if (to - from === 1) return [];
  const k = half(to - from);
  return index - from < k ? [...path(index, from, from + k), root(from + k, to)]
                          : [...path(index, from + k, to), root(from, from + k)];
}
/** A tile of a log, whatever its width. */
const tiles = (asked) => async (name) => {
  const [, level, groups, width] = /^tile\/(\d+)\/([x\d/]+?)(?:\.p\/(\d+))?$/.exec(name);
  asked?.push(name);
  const index = Number(groups.replace(/[x/]/g, ""));
  const span = 256 ** Number(level);
  const hashes = Array.from({ length: Number(width ?? 256) },
                            (_, i) => root((index * 256 + i) * span, (index * 256 + i + 1) * span));
  return new Uint8Array(Buffer.concat(hashes));
};

test("a path leads to the root, and no other path does", async () => {
  for (const size of [1, 2, 3, 7, 8, 21, 256, 300]) {
    for (const index of new Set([0, size >> 1, size - 1])) {
      const leaf = await leafHash(entry(index));
      const siblings = path(index, 0, size);
      assert.deepEqual(await rootOf(index, size, leaf, siblings), root(0, size));
      await assert.rejects(rootOf(index, size, leaf, [...siblings, leaf]));
      await assert.rejects(rootOf(size, size, leaf, siblings));
      if (siblings.length > 0) await assert.rejects(rootOf(index, size, leaf, siblings.slice(1)));
    }
  }
});

test("a log begins with each that it was, and with no other", async () => {
  for (const size of [1, 2, 5, 8, 255, 256, 257, 600]) {
    const now = { size, root: root(0, size) };
    for (const first of new Set([1, 2, 3, 4, 200, 256, 511, size].filter((one) => one <= size))) {
      const before = { size: first, root: root(0, first) };
      assert.ok(await begins(before, now, tiles()), `${first} of ${size}`);
      assert.ok(!(await begins({ ...before, root: root(0, first + 1) }, now, tiles())));
      assert.ok(!(await begins(before, { ...now, root: root(1, size + 1) }, tiles())));
    }
  }
  assert.ok(!(await begins({ size: 9, root: root(0, 9) }, { size: 8, root: root(0, 8) }, tiles())));
});

test("a few tiles are enough, and one of another width is refused", async () => {
  const asked = [];
  const size = 66_000;
  await begins({ size: 65_999, root: root(0, 65_999) }, { size, root: root(0, size) }, tiles(asked));
  assert.ok(asked.length <= 4, asked.join(" "));
  assert.equal(new Set(asked).size, asked.length);
  const short = async (name) => (await tiles()(name)).slice(32);
  await assert.rejects(begins({ size: 5, root: root(0, 5) }, { size: 9, root: root(0, 9) }, short), /length/);
});
