// Verifies a receipt in its three forms with other people's libraries and nothing of ours, by
// docs/formats.md alone: the event's seal, its place in the seal, the record's place in the log, the
// checkpoint's signature, and the COSE receipt. Then it changes each of them, and has to see it.
//
// usage: node verify.cjs FOLDER_WITH_RECEIPTS
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const canonicalize = require('canonicalize');
const { Decoder, Encoder, Tag } = require('cbor-x');
const { ed25519 } = require('@noble/curves/ed25519');
const { p256 } = require('@noble/curves/p256');
const { sha256 } = require('@noble/hashes/sha2');

const folder = process.argv[2];
const read = (name) => fs.readFileSync(path.join(folder, name));
const hex = (octets) => Buffer.from(octets).toString('hex');
const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
const hash = (...parts) => sha256(Buffer.concat(parts.map((part) => Buffer.from(part))));
const hashOf = (json) => hash(canonicalize(json));

function must(holds, what) {
  if (!holds) throw new Error(what);
}

// RFC 9162, 2.1.3.2.
function rootFrom(index, size, leaf, hashes) {
  must(index < size, 'the index lies outside');
  let [fn, sn, root] = [index, size - 1, leaf];
  for (const sibling of hashes) {
    must(sn > 0, 'the path is too long');
    if (fn % 2 === 1 || fn === sn) {
      root = hash([1], sibling, root);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else {
      root = hash([1], root, sibling);
    }
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  must(sn === 0, 'the path is too short');
  return root;
}

function base58(text) {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let number = 0n;
  for (const letter of text) number = number * 58n + BigInt(alphabet.indexOf(letter));
  const digits = number.toString(16);
  return Buffer.from(digits.length % 2 ? '0' + digits : digits, 'hex');
}

// Data Integrity, eddsa-jcs-2022 and ecdsa-jcs-2019.
function checkProof(document, proof, did) {
  const { proofValue, ...rest } = proof;
  must(proof.verificationMethod.split('#')[0] === did, 'another key proved it');
  const signed = Buffer.concat([hashOf(rest), hashOf(document)]);
  let signature = base58(proofValue.slice(1));
  signature = Buffer.concat([Buffer.alloc(64 - signature.length), signature]);
  const key = base58(did.slice('did:key:z'.length));
  const holds = key[0] === 0xed
    ? ed25519.verify(signature, signed, key.subarray(2))
    : p256.verify(signature, sha256(signed), key.subarray(2), { lowS: true });
  must(holds, 'the seal is not signed');
}

// A verifier key of signed-note: name+id+base64(type || key).
function parseKey(vkey) {
  const [name, id, ...rest] = vkey.trim().split('+');
  const octets = Buffer.from(rest.join('+'), 'base64');
  must(hex(hash(name, '\n', octets)).slice(0, 8) === id, 'the key id');
  return { name, id, key: octets.subarray(1) };
}

function checkCheckpoint(note, log) {
  const end = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, end);
  const [origin, size, root] = text.split('\n');
  must(origin === log.name, 'the origin');
  const lines = note.slice(end + 1).split('\n').filter((line) => line.startsWith(`— ${log.name} `));
  must(lines.length === 1, 'the log signed it');
  const signature = Buffer.from(lines[0].split(' ')[2], 'base64');
  must(hex(signature.subarray(0, 4)) === log.id, 'the key id of the signature');
  must(ed25519.verify(signature.subarray(4), Buffer.from(text), log.key), 'the checkpoint is signed');
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}

const unhex = (digits) => Buffer.from(digits, 'hex');

function checkProven(proven, head, identity) {
  const { record, seal, proofs } = proven;
  must(seal.ledger === identity, 'the seal is for this ledger');
  must(hex(hashOf(seal)) === record.seal, 'the seal is that of the record');
  must(hex(hashOf(proofs)) === record.proofs, 'the proofs are those of the record');
  const leaf = hash([0], canonicalize(record.event));
  must(hex(rootFrom(record.position, seal.count, leaf, proven.sealPath.map(unhex))) === seal.root,
    'the event is sealed');
  must(proofs.length === seal.signers.length, 'every signer signed');
  proofs.forEach((proof, i) => checkProof(seal, proof, seal.signers[i]));
  const entry = hashOf(record);
  const root = rootFrom(proven.index, head.size, hash([0], entry), proven.path.map(unhex));
  must(same(root, head.root), 'the record is in the log');
}

function checkReceipt(receipt, log) {
  const head = checkCheckpoint(receipt.checkpoint, log);
  must(head.size === receipt.size, 'the size');
  const identity = `${log.name}#${receipt.genesis}`;
  checkProven(receipt, head, identity);
  for (const other of [...receipt.signers, ...receipt.enrolments, ...receipt.parties]) {
    checkProven(other, head, other.index === 0 ? log.name : identity);
  }
  return head;
}

function checkProofFile(text, record, log) {
  const [top, ...rest] = text.split('\n\n');
  const [header, index, ...hashes] = top.split('\n');
  must(header === 'c2sp.org/tlog-proof@v1' && index.startsWith('index '), 'the header');
  const head = checkCheckpoint(rest.join('\n\n'), log);
  const leaf = hash([0], hash(record));
  const path_ = hashes.map((line) => Buffer.from(line, 'base64'));
  must(same(rootFrom(Number(index.slice(6)), head.size, leaf, path_), head.root),
    'the record is in the log');
}

const decoder = new Decoder({ mapsAsObjects: false });
const encoder = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false });

// RFC 9942, by which the payload is the root that the proof leads to.
function checkCose(octets, record, log, identity) {
  const tagged = decoder.decode(octets);
  must(tagged instanceof Tag && tagged.tag === 18, 'COSE_Sign1');
  const [protectedOctets, unprotected, payload, signature] = tagged.value;
  const header = decoder.decode(protectedOctets);
  must(header.get(1) === -8 && header.get(395) === 1 && payload === null, 'the header');
  const cose = new Map([[1, 1], [-1, 6], [-2, log.key]]);
  must(same(header.get(4), hash(encoder.encode(cose))), 'the key id is the thumbprint (RFC 9679)');
  const [size, index, hashes] = decoder.decode(unprotected.get(396).get(-1)[0]);
  const claims = header.get(15);
  must(claims.get(1) === log.name && claims.get(2) === `${identity}/${index}`, 'the claims');
  must(claims.get('size') === size, 'the size is signed');
  const root = rootFrom(index, size, hash([0], hash(record)), hashes);
  const signed = encoder.encode(
    ['Signature1', Buffer.from(protectedOctets), Buffer.alloc(0), Buffer.from(root)]);
  must(ed25519.verify(signature, signed, log.key), 'the COSE receipt is signed');
}

let checks = 0;
function holds(check, what) {
  check();
  checks += 1;
  console.log(`ok ${checks}  ${what}`);
}
function refuses(check, what) {
  let refused = false;
  try {
    check();
  } catch (error) {
    refused = error instanceof Error;
  }
  must(refused, `NOT refused: ${what}`);
  checks += 1;
  console.log(`ok ${checks}  refused: ${what}`);
}

const log = parseKey(read('log.vkey').toString());
const receipt = JSON.parse(read('receipt.json'));
const record = read('record.json');
const proofFile = read('receipt.tlog-proof').toString();
const cose = read('receipt.cose');
const identity = `${log.name}#${receipt.genesis}`;

holds(() => checkReceipt(receipt, log), 'the receipt: seals, paths and checkpoint');
holds(() => must(same(Buffer.from(canonicalize(receipt.record)), record), 'octets'),
  'its record is the published one');
holds(() => checkProofFile(proofFile, record, log), 'the proof file');
holds(() => checkCose(cose, record, log, identity), 'the COSE receipt');

const changed = (change) => {
  const copy = structuredClone(receipt);
  change(copy);
  return copy;
};
refuses(() => checkReceipt(changed((r) => { r.record.event.eventTime = '2020-01-01T00:00:00Z'; }), log),
  'another time of the event');
refuses(() => checkReceipt(changed((r) => { r.index += 1; }), log), 'another index');
refuses(() => checkReceipt(changed((r) => { r.proofs[0].created = '2020-01-01T00:00:00Z'; }), log),
  'another proof');
refuses(() => checkReceipt(changed((r) => { r.checkpoint = r.checkpoint.replace(/\d/, '9'); }), log),
  'another checkpoint');
refuses(() => checkProofFile(proofFile, Buffer.concat([record, Buffer.from(' ')]), log),
  'another record');
const bent = Buffer.from(cose);
bent[bent.length - 1] ^= 1;
refuses(() => checkCose(bent, record, log, identity), 'another COSE signature');
refuses(() => checkCose(cose, Buffer.concat([record, Buffer.from(' ')]), log, identity),
  'a COSE receipt of another record');

// A stranger cosigns the checkpoint; our verifier has to take it (c2sp.org/tlog-cosignature).
const secret = ed25519.utils.randomPrivateKey();
const witness = Buffer.concat([Buffer.from([4]), ed25519.getPublicKey(secret)]);
const name = 'witness.example.org';
const id = hash(name, '\n', witness).slice(0, 4);
const note = proofFile.slice(proofFile.indexOf('\n\n') + 2);
const signedText = note.slice(0, note.lastIndexOf('\n\n') + 1);
const time = Buffer.alloc(8);
time.writeBigUInt64BE(1777622500n);
const message = Buffer.from(`cosignature/v1\ntime 1777622500\n${signedText}`);
const line = Buffer.concat([id, time, ed25519.sign(message, secret)]).toString('base64');
fs.writeFileSync(path.join(folder, 'cosigned.tlog-proof'), `${proofFile}— ${name} ${line}\n`);
fs.writeFileSync(path.join(folder, 'witness.vkey'), `${name}+${hex(id)}+${witness.toString('base64')}`);
