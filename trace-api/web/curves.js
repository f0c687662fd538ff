// What check.js takes from npm where a browser lacks WebCrypto or an algorithm of it.
export { ed25519 } from "@noble/curves/ed25519";
export { p256 } from "@noble/curves/nist";
export { sha256 } from "@noble/hashes/sha2";
