// Hashes and signatures: by the browser's WebCrypto, and by curves.js where that lacks them, as it
// does on pages that were not loaded by HTTPS. SM2 and SM3, which no browser has, by sm2.js.

import { base58, hashOf, hex, integer, octets32, joined } from "./octets.js";

/** @typedef {{type: "Ed25519" | "P-256" | "SM2", octets: Uint8Array}} Key */
/** @typedef {"sha256" | "sm2-sm3"} Suite of a ledger (docs/formats.md, section 1) */

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const SM2_ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const subtle = globalThis.crypto?.subtle;

/** @returns {Promise<any>} ours are 50 KB: they are fetched only where they are needed */
const curves = () => import("./curves.js");
/** @returns {Promise<any>} likewise */
const national = () => import("./sm2.js");

/** @param {Uint8Array} octets @returns {Promise<Uint8Array>} SHA-256 */
export async function sha256(octets) {
  if (subtle) return new Uint8Array(await subtle.digest("SHA-256", octets));
  return (await curves()).sha256(octets);
}

/** @param {Uint8Array} octets @returns {Promise<Uint8Array>} SM3 */
async function sm3(octets) {
  return hashOf((await national()).sm3(octets));
}

/** The hash of a suite. @param {Suite} suite @returns {(octets: Uint8Array) => Promise<Uint8Array>} */
export const hashBy = (suite) => (suite === "sm2-sm3" ? sm3 : sha256);

/** What a genesis says, which then has to be proven to be record 0. @param {any} event @returns {Suite} */
export function suiteIn(event) {
  const suite = event["nianlun:suite"];
  if (suite !== "sha256" && suite !== "sm2-sm3") throw new Error("an unknown suite");
  return suite;
}

/** @param {string} did did:key of Ed25519, P-256 or SM2 @returns {Key} */
export function keyOfDid(did) {
  if (!did.startsWith("did:key:z")) throw new Error("not a did:key");
  const octets = base58(did.slice("did:key:z".length));
  const codec = (octets[0] << 8) | octets[1];
  if (codec === 0xed01 && octets.length === 34) return { type: "Ed25519", octets: octets.slice(2) };
  if (codec === 0x8024 && octets.length === 35) return { type: "P-256", octets: octets.slice(2) };
  if (codec === 0x8624 && octets.length === 35) return { type: "SM2", octets: octets.slice(2) };
  throw new Error("a key of another kind");
}

/** @param {bigint} base @param {bigint} exponent */
function power(base, exponent) {
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
}

/** WebCrypto takes no compressed points. @param {Uint8Array} compressed @returns {Uint8Array} */
function point(compressed) {
  const x = integer(compressed.slice(1));
  const square = (((x * x * x - 3n * x + B) % P) + P) % P;
  const root = power(square, (P + 1n) / 4n);
  if (x >= P || (root * root) % P !== square || (compressed[0] & 0xfe) !== 2) {
    throw new Error("not a point of P-256");
  }
  const y = (root & 1n) === BigInt(compressed[0] & 1) ? root : P - root;
  return joined(Uint8Array.of(4), octets32(x), octets32(y));
}

/** @param {Key} key @param {Uint8Array} signature @param {Uint8Array} message */
async function verifyP256(key, signature, message) {
  if (integer(signature.slice(32)) > ORDER / 2n) return false; // its twin would be another text
  const whole = point(key.octets);
  if (!subtle) {
    return (await curves()).p256.verify(signature, (await curves()).sha256(message), whole);
  }
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const imported = await subtle.importKey("raw", whole, algorithm, false, ["verify"]);
  return subtle.verify(algorithm, imported, signature, message);
}

/** @param {Key} key @param {Uint8Array} signature @param {Uint8Array} message */
async function verifyEd25519(key, signature, message) {
  let imported;
  try {
    imported = await subtle.importKey("raw", key.octets, "Ed25519", false, ["verify"]);
  } catch {
    return (await curves()).ed25519.verify(signature, message, key.octets, { zip215: false });
  }
  return subtle.verify("Ed25519", imported, signature, message);
}

/** @param {Key} key @param {Uint8Array} signature @param {Uint8Array} message */
async function verifySm2(key, signature, message) {
  const numbers = [integer(signature.slice(0, 32)), integer(signature.slice(32))];
  if (numbers.some((one) => one === 0n || one >= SM2_ORDER)) return false;
  if ((key.octets[0] & 0xfe) !== 2) throw new Error("not a point of SM2");
  const { sm2 } = await national();
  return sm2.doVerifySignature(message, hex(signature), hex(key.octets), { hash: true });
}

/**
 * @param {Key} key @param {Uint8Array} signature 64 octets @param {Uint8Array} message
 * @returns {Promise<boolean>}
 */
export async function verifies(key, signature, message) {
  if (signature.length !== 64) return false;
  if (key.type === "SM2") return verifySm2(key, signature, message);
  return key.type === "P-256" ? verifyP256(key, signature, message)
                              : verifyEd25519(key, signature, message);
}
