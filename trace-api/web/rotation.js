// From one key of a log to its others (docs/formats.md, section 15).

import { byAuthority, isGenesis } from "./enrolment.js";
import { canonical, hex, same, utf8 } from "./octets.js";
import { sha256 } from "./keys.js";
import { openCheckpoint, parseNoteKey } from "./tree.js";

/** @typedef {import("./tree.js").NoteKey} NoteKey
 *  @typedef {{keys: NoteKey[], vkeys: string[], ends: {key: NoteKey, size: number}[]}} LogKeys
 *    ends: of those that were retired, the size of the last checkpoint that they may sign */

/** @param {LogKeys} known @param {Uint8Array} id @param {number} size */
const holds = (known, id, size) => !known.ends.some((end) => same(end.key.id, id) && size > end.size);

/** Whether the log signed a checkpoint with a key that held then.
 * @param {Awaited<ReturnType<typeof openCheckpoint>>} head @param {LogKeys} known */
export const signedByLog = (head, known) =>
  head.signed.some((one) => one.name === head.origin && one.type === 1 && holds(known, one.id, head.size));

/** The key that a record of the authority adopts or retires.
 * @param {import("./enrolment.js").Checked} checked @param {string} type
 * @param {import("./enrolment.js").Checked} genesis @param {string} origin */
async function keyOf(checked, type, genesis, origin) {
  const { event, verdict } = checked.record;
  const vkey = event["nianlun:logKey"];
  const key = await parseNoteKey(vkey);
  if (event.type !== type || verdict.outcome !== "accepted" || key.name !== origin || key.type !== 1 ||
      !byAuthority(checked.seal, genesis.record.event)) {
    throw new Error("not a rotation");
  }
  return { key, vkey };
}

/** @param {any} rotation @param {Awaited<ReturnType<typeof openCheckpoint>>} head
 * @param {string} genesisHash @param {(proven: any, anchor: any) => Promise<any>} prove @param {LogKeys} known */
async function follow(rotation, head, genesisHash, prove, known) {
  if (hex(await sha256(utf8(canonical(rotation.genesis.record)))) !== genesisHash) {
    throw new Error("a rotation of another ledger");
  }
  const anchor = { origin: head.origin, genesis: genesisHash, size: head.size, root: head.root };
  const [genesis, adopted, retired] = await Promise.all(
    [rotation.genesis, rotation.adopted, rotation.retired].map((one) => prove(one, anchor)));
  if (!isGenesis(genesis, head.origin)) throw new Error("no genesis");
  const next = await keyOf(adopted, "nianlun:LogKeyAdopted", genesis, head.origin);
  const old = await keyOf(retired, "nianlun:LogKeyRetired", genesis, head.origin);
  const both = await openCheckpoint(rotation.checkpoint, [old.key, next.key]);
  const ids = new Set(both.signed.map((one) => hex(one.id)));
  if (ids.size !== 2 || adopted.index >= retired.index || retired.index + 1 !== head.size) {
    throw new Error("not a rotation");
  }
  for (const { key, vkey } of [old, next]) {
    if (!known.keys.some((one) => one.name === key.name && same(one.id, key.id))) known.keys.push(key);
    known.vkeys.push(vkey);
  }
  known.ends.push({ key: old.key, size: head.size });
}

/**
 * The keys to which a trusted one leads, forwards and backwards.
 * @param {NoteKey} log @param {any[]} rotations @param {string} genesis hash of record 0
 * @param {(proven: any, anchor: any) => Promise<any>} prove @returns {Promise<LogKeys>}
 */
export async function followRotations(log, rotations, genesis, prove) {
  /** @type {LogKeys} */
  const known = { keys: [log], vkeys: [], ends: [] };
  let left = rotations;
  while (left.length > 0) {
    const stays = [];
    for (const rotation of left) {
      const head = await openCheckpoint(rotation.checkpoint, known.keys);
      if (signedByLog(head, known)) await follow(rotation, head, genesis, prove, known);
      else stays.push(rotation);
    }
    if (stays.length === left.length) throw new Error("a rotation of another key");
    left = stays;
  }
  return known;
}
