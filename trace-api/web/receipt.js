// Checks a receipt (docs/formats.md, section 8) as `ledger verify` does, with nothing but the log's
// key. Knows no page.

import { canonical, hashOf, hex, joined, base58, same, utf8 } from "./octets.js";
import { keyOfDid, sha256, verifies } from "./keys.js";
import { leafHash, openCheckpoint, rootOf } from "./tree.js";
import { enrolledBy, namesOf } from "./enrolment.js";
import { followRotations, signedByLog } from "./rotation.js";

/** What does not hold; `step` is one of checkpoint, record, seal, signature, enrolment. */
export class Broken extends Error {
  /** @param {string} step @param {unknown} [cause] */
  constructor(step, cause) {
    super(`${step}: ${cause instanceof Error ? cause.message : cause}`);
    this.step = step;
  }
}

/** @template T @param {string} step @param {() => Promise<T>} work @returns {Promise<T>} */
async function checking(step, work) {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof Broken ? cause : new Broken(step, cause);
  }
}

/** @param {boolean} holds @param {string} what */
export function demand(holds, what) {
  if (!holds) throw new Error(what);
}

/** @param {any} json @returns {Promise<Uint8Array>} */
const hashOfJson = (json) => sha256(utf8(canonical(json)));

/** One signature of a seal (Data Integrity). @param {any} proof @param {Uint8Array} sealHash */
async function checkProof(proof, sealHash, did) {
  const { proofValue, ...options } = proof;
  const key = keyOfDid(did);
  const suite = key.type === "P-256" ? "ecdsa-jcs-2019" : "eddsa-jcs-2022";
  const method = `${did}#${did.slice("did:key:".length)}`;
  demand(proof.type === "DataIntegrityProof" && proof.cryptosuite === suite &&
         proof.proofPurpose === "assertionMethod" && proof.verificationMethod === method &&
         typeof proofValue === "string" && proofValue[0] === "z", "another kind of proof");
  const message = joined(await hashOfJson(options), sealHash);
  demand(await verifies(key, base58(proofValue.slice(1)), message), "the signature is false");
}

/** @param {any} seal @param {any[]} proofs @param {Uint8Array} sealHash */
async function checkSignatures(seal, proofs, sealHash) {
  demand(proofs.length === seal.signers.length && seal.signers[0] === seal.submitter, "signers");
  for (let i = 0; i < proofs.length; ++i) await checkProof(proofs[i], sealHash, seal.signers[i]);
}

/**
 * All that leads from an event to the root that the log signed.
 * @param {any} proven record, seal, proofs and paths
 * @param {{origin: string, genesis: string, size: number, root: Uint8Array}} anchor
 */
async function checkProven(proven, anchor) {
  const { record, seal, proofs, index } = proven;
  const entry = await hashOfJson(record);
  await checking("record", async () => {
    const path = proven.path.map(hashOf);
    const root = await rootOf(index, anchor.size, await leafHash(entry), path);
    demand(same(root, anchor.root), "the record is not under the signed root");
  });
  const sealHash = await hashOfJson(seal);
  await checking("seal", async () => {
    demand(record.seal === hex(sealHash), "another seal");
    demand(record.proofs === hex(await hashOfJson(proofs)), "other proofs");
    const identity = index === 0 ? anchor.origin : `${anchor.origin}#${anchor.genesis}`;
    demand(seal.ledger === identity && (index > 0 || hex(entry) === anchor.genesis), "another ledger");
    demand(seal.type === "CaptureSeal" && seal.v === 1 && seal.suite === "sha256", "another suite");
    const leaf = record.verdict.outcome === "refused" ? hashOf(record.event.hash)
                                                      : await leafHash(utf8(canonical(record.event)));
    const root = await rootOf(record.position, seal.count, leaf, proven.sealPath.map(hashOf));
    demand(same(root, hashOf(seal.root)), "the event is not under its seal");
  });
  await checking("signature", () => checkSignatures(seal, proofs, sealHash));
  return { index, record, seal };
}

/**
 * @param {any} receipt
 * @param {import("./tree.js").NoteKey} log the log's key, of a source that is trusted
 * @param {import("./tree.js").NoteKey[]} [witnesses]
 * @returns what was proved: the record, the parties that signed it and their names, the checkpoint
 */
export async function checkReceipt(receipt, log, witnesses = []) {
  const known = await checking("checkpoint", () =>
    followRotations(log, receipt.rotations ?? [], receipt.genesis, checkProven));
  const head = await checking("checkpoint", async () => {
    const opened = await openCheckpoint(receipt.checkpoint, [...known.keys, ...witnesses]);
    demand(receipt.type === "Receipt" && receipt.v === 1, "another version");
    demand(opened.origin === receipt.origin && opened.size === receipt.size, "another checkpoint");
    demand(signedByLog(opened, known), "the log did not sign it");
    return opened;
  });
  const anchor = { origin: head.origin, genesis: receipt.genesis, size: head.size, root: head.root };
  const of = await checkProven(receipt, anchor);
  const all = (/** @type {any[]} */ list) => Promise.all(list.map((one) => checkProven(one, anchor)));
  const signers = await all(receipt.signers);
  const others = await all(receipt.enrolments);
  const named = await all(receipt.parties);
  const [parties, names] = await checking("enrolment", async () =>
    [enrolledBy(of, signers, others, head.origin), namesOf(named, [...signers, ...others], head.origin)]);
  // A witness that changes its key signs with both for a while, and counts once.
  const cosigners = head.signed.filter((one, i) => one.type === 4 &&
    head.signed.findIndex((other) => other.type === 4 && other.name === one.name) === i);
  return { index: of.index, record: of.record, seal: of.seal, parties, names, cosigners,
           logKeys: known.vkeys, ...anchor };
}
