// Octets and the texts that stand for them. All functions refuse text of another form.

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** @param {string} text @returns {Uint8Array} */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/** @param {...Uint8Array} parts @returns {Uint8Array} */
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export function same(a, b) {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

/** @param {Uint8Array} octets */
export function hex(octets) {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** A hash as JSON writes it. @param {unknown} text @returns {Uint8Array} 32 octets */
export function hashOf(text) {
  if (typeof text !== "string" || !/^[0-9a-f]{64}$/.test(text)) throw new Error("not a hash");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {string} text @returns {Uint8Array} */
export function base64(text) {
  const octets = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  // atob() is lenient: only the one text that these octets have is taken.
  if (btoa(String.fromCharCode(...octets)) !== text) throw new Error("not base64");
  return octets;
}

/** @param {string} text @returns {Uint8Array} */
export function base58(text) {
  let value = 0n;
  for (const digit of text) {
    const worth = BASE58.indexOf(digit);
    if (worth < 0) throw new Error("not base58");
    value = value * 58n + BigInt(worth);
  }
  const zeros = text.length - text.replace(/^1+/, "").length;
  const digits = value === 0n ? "" : value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const octets = (even.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  return Uint8Array.from([...new Array(zeros).fill(0), ...octets]);
}

/** @param {Uint8Array} octets big-endian @returns {bigint} */
export function integer(octets) {
  return octets.length === 0 ? 0n : BigInt(`0x${hex(octets)}`);
}

/** @param {bigint} value @returns {Uint8Array} 32 octets, big-endian */
export function octets32(value) {
  return hashOf(value.toString(16).padStart(64, "0"));
}

/**
 * The canonical text of what JSON.parse() made (JCS, RFC 8785): ECMAScript prints numbers and
 * strings as JCS asks, so only the order of members is ours.
 * @param {any} value @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}
