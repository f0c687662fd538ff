// The page's check of a receipt knows the ledger's suite by the genesis alone: of SM2 and SM3 it takes
// the published example, and nothing that was changed, renamed or signed by another suite.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkReceipt } from "../../trace-api/web/receipt.js";
import { parseNoteKey } from "../../trace-api/web/tree.js";

const golden = (name) => readFileSync(new URL(`../golden/${name}`, import.meta.url), "utf8");
const receipt = () => JSON.parse(golden("sm2-sm3.receipt.json"));
const log = await parseNoteKey(golden("log.vkey").trim());

/** Where the check of a changed receipt breaks. */
async function broken(change) {
  const changed = receipt();
  change(changed);
  try {
    await checkReceipt(changed, log);
  } catch (error) {
    return error.step;
  }
  return "holds";
}

test("the published receipt of SM2 and SM3 holds", async () => {
  const proved = await checkReceipt(receipt(), log);
  assert.equal(proved.suite, "sm2-sm3");
  assert.equal(proved.index, 3);
  assert.deepEqual(proved.parties, ["https://id.example.org/party/nursery"]);
});

test("what was changed in it is found", async () => {
  assert.equal(await broken(() => {}), "holds");
  assert.equal(await broken((one) => { one.record.event.bizStep = "shipping"; }), "record");
  assert.equal(await broken((one) => { one.seal.sealedAt = "2026-05-01T08:00:00.001Z"; }), "seal");
  assert.equal(await broken((one) => { one.proofs[0].created = "2026-05-01T08:00:00.001Z"; }), "seal");
});

test("another suite is refused, whoever names it", async () => {
  assert.equal(await broken((one) => { one.seal.suite = "sha256"; }), "seal");
  const genesis = (one) => one.enrolments[0].record.event;
  assert.notEqual(await broken((one) => { genesis(one)["nianlun:suite"] = "sha256"; }), "holds");
  assert.equal(await broken((one) => { genesis(one)["nianlun:suite"] = "sm3"; }), "seal");
  assert.notEqual(await broken((one) => { delete genesis(one)["nianlun:suite"]; }), "holds");
});
