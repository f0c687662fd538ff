// The Merkle tree of RFC 9162, 2.1, and what a log says of it: signed notes and checkpoints (C2SP).

import { base64, joined, same, utf8 } from "./octets.js";
import { sha256, verifies } from "./keys.js";

/** @typedef {{name: string, id: Uint8Array, type: number, key: import("./keys.js").Key}} NoteKey */

/** @param {Uint8Array} entry */
export const leafHash = (entry) => sha256(joined(Uint8Array.of(0), entry));
/** @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

/**
 * The root to which a leaf's path leads (RFC 9162, 2.1.3.2); the path has the length that index and
 * size ask for. Divides instead of shifting: a log may have more than 2^32 entries.
 * @param {number} index @param {number} size @param {Uint8Array} leaf @param {Uint8Array[]} path
 */
export async function rootOf(index, size, leaf, path) {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) {
    throw new Error("no such place");
  }
  let node = index;
  let last = size - 1;
  let root = leaf;
  for (const sibling of path) {
    if (last === 0) throw new Error("the path is too long");
    if (node % 2 === 1 || node === last) {
      root = await nodeHash(sibling, root);
      while (node % 2 === 0 && node > 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      root = await nodeHash(root, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw new Error("the path is too short");
  return root;
}

/** "name+hex(key id)+base64(type || key)" (C2SP signed-note). @param {string} vkey */
export async function parseNoteKey(vkey) {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey);
  if (!parts) throw new Error("not a key of notes");
  const octets = base64(parts[3]);
  const digest = await sha256(joined(utf8(`${parts[1]}\n`), octets));
  const id = digest.slice(0, 4);
  const stated = Uint8Array.from(parts[2].match(/../g) ?? [], (pair) => parseInt(pair, 16));
  if (!same(id, stated) || octets.length !== 33 || (octets[0] !== 1 && octets[0] !== 4)) {
    throw new Error("not a key of notes");
  }
  /** @type {NoteKey} */
  const key = { name: parts[1], id, type: octets[0], key: { type: "Ed25519", octets: octets.slice(1) } };
  return key;
}

/** What a cosignature signs beside the text: when it was made. @param {Uint8Array} time */
function cosigned(time, text) {
  const seconds = new DataView(time.buffer, time.byteOffset, 8).getBigUint64(0);
  return { seconds: Number(seconds), message: utf8(`cosignature/v1\ntime ${seconds}\n${text}`) };
}

/**
 * A signed checkpoint, and which of the keys signed it. A key that is known and whose signature is
 * false spoils the note.
 * @param {string} note @param {NoteKey[]} keys
 * @returns {Promise<{origin: string, size: number, root: Uint8Array,
 *                    signed: {name: string, id: Uint8Array, type: number, seconds?: number}[]}>}
 */
export async function openCheckpoint(note, keys) {
  const split = note.lastIndexOf("\n\n");
  const text = note.slice(0, split + 1);
  const lines = text.split("\n");
  if (split < 0 || lines.length < 4 || !/^(0|[1-9][0-9]{0,15})$/.test(lines[1])) {
    throw new Error("not a checkpoint");
  }
  const signed = [];
  for (const line of note.slice(split + 2).split("\n").slice(0, -1)) {
    const parts = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line);
    if (!parts) throw new Error("not a signature line");
    const octets = base64(parts[2]);
    const key = keys.find((one) => one.name === parts[1] && same(one.id, octets.slice(0, 4)));
    if (!key) continue;
    const time = key.type === 4 ? cosigned(octets.slice(4, 12), text) : null;
    const signature = octets.slice(time ? 12 : 4);
    if (!(await verifies(key.key, signature, time ? time.message : utf8(text)))) {
      throw new Error(`the signature of ${key.name} is false`);
    }
    signed.push({ name: key.name, id: key.id, type: key.type, seconds: time?.seconds });
  }
  return { origin: lines[0], size: Number(lines[1]), root: base64(lines[2]), signed };
}
