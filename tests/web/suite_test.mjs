// The page's check of a receipt knows the ledger's suite by the genesis alone: of SM2 and SM3 it takes
// the published example, and nothing that was changed, renamed or signed by another suite. A page of
// such a ledger checks itself in a browser.
//
// usage: node suite_test.mjs BIN [SCREENSHOTS]

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startBrowser, startLiar, startWorld, visitor } from "./browser.mjs";
import { checkReceipt } from "../../trace-api/web/receipt.js";
import { parseNoteKey } from "../../trace-api/web/tree.js";

const golden = (name) => readFileSync(new URL(`../golden/${name}`, import.meta.url), "utf8");
const receipt = () => JSON.parse(golden("sm2-sm3.receipt.json"));
const log = await parseNoteKey(golden("log.vkey").trim());

const [programs, pictures] = process.argv.slice(2);
let world, liar, browser;

before(async () => {
  world = await startWorld(programs, "sm2-sm3");
  liar = await startLiar(world.url);
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  liar?.stop();
  await world?.stop();
});

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

test("a page of a ledger of SM2 and SM3 checks itself, and finds what a server changes", async () => {
  const page = await visitor(browser);
  await page.goto(`${liar.url}/t/${world.codes[0]}?lang=en`);
  await page.locator("#check.held").waitFor();
  await page.locator("#check-all").click();
  const entries = await page.locator("li[data-record]").count();
  await page.locator("#check-steps li").nth(7).waitFor();
  assert.equal(await page.locator("li.checked").count(), entries);
  if (pictures) await page.screenshot({ path: `${pictures}/sm2-sm3.png`, fullPage: true });
  assert.deepEqual(page.problems, []);
  assert.ok(liar.asked.some((address) => address.endsWith("/sm2.js")));
  await page.context().close();

  liar.lie = (path, body) => {
    if (!path.endsWith("/receipt")) return body;
    const changed = JSON.parse(body);
    const [proof] = changed.proofs;
    proof.proofValue = proof.proofValue.slice(0, 20) + (proof.proofValue[20] === "2" ? "3" : "2") +
                       proof.proofValue.slice(21);
    return JSON.stringify(changed);
  };
  const deceived = await visitor(browser);
  await deceived.goto(`${liar.url}/t/${world.codes[0]}?lang=en`);
  await deceived.locator("section.alarm").waitFor();
  await deceived.context().close();
});
