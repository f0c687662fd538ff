// The page checks its own receipts in the visitor's browser, and a server that lies is caught.
//
// usage: node receipts_test.mjs BIN [SCREENSHOTS]

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { startBrowser, startLiar, startWorld, visitor } from "./browser.mjs";

const [programs, pictures] = process.argv.slice(2);
let world, liar, browser;

before(async () => {
  world = await startWorld(programs);
  liar = await startLiar(world.url);
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  liar?.stop();
  await world?.stop();
});
beforeEach(() => { liar.lie = (_path, body) => body; });

const address = (language = "en") => `${liar.url}/t/${world.codes[0]}?lang=${language}`;
const status = (page) => page.locator("#check-status");
const alarm = (page) => page.locator("section.alarm");

async function picture(page, name) {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

/** A receipt of the answer, changed; of other answers nothing is. */
function changing(change) {
  return (path, body) => {
    if (!path.endsWith("/receipt")) return body;
    const receipt = JSON.parse(body);
    change(receipt);
    return JSON.stringify(receipt);
  };
}

for (const language of ["en", "zh"]) {
  test(`an honest page says what was checked (${language})`, async () => {
    const page = await visitor(browser);
    await page.goto(address(language));
    await page.locator("#check.held").waitFor();
    assert.equal(await page.locator("#check-steps li").count(), 7);
    const found = await page.locator("#check-steps").innerText();
    assert.ok(found.includes("inspection"), "a witness by its name in the policy");
    assert.ok(found.includes(language === "zh" ? "监理公司" : "Site supervision"), "a party by its name");
    assert.equal(await alarm(page).count(), 0);
    await page.locator("#check-all").click();
    const entries = await page.locator("li[data-record]").count();
    assert.ok(entries > 4);
    await page.locator("#check-steps li").nth(7).waitFor();
    assert.equal(await page.locator("li.checked").count(), entries);
    assert.ok((await status(page).textContent()).includes(String(entries)));
    assert.ok(!(await page.locator("#check").innerText()).includes("{"), "a word was not filled in");
    assert.deepEqual(page.problems, []);
    await picture(page, `checked-${language}`);
    await page.context().close();
  });
}

test("nothing is loaded from elsewhere, and curves only where the browser lacks them", async () => {
  const page = await visitor(browser);
  const hosts = new Set();
  page.on("request", (request) => hosts.add(new URL(request.url()).origin));
  liar.asked.length = 0;
  await page.goto(address());
  await page.locator("#check.held").waitFor();
  assert.deepEqual([...hosts], [liar.url]);
  assert.ok(!liar.asked.some((path) => path.endsWith("curves.js")));
  await page.context().close();
});

test("a browser without WebCrypto checks the same with its own curves", async () => {
  const page = await visitor(browser);
  await page.addInitScript(() => Object.defineProperty(Crypto.prototype, "subtle", { value: undefined }));
  liar.asked.length = 0;
  await page.goto(address());
  await page.locator("#check.held").waitFor();
  assert.ok(liar.asked.some((path) => path.endsWith("curves.js")));
  await page.context().close();
});

const LIES = {
  "an event that was changed": [changing((receipt) => { receipt.record.event.action = "DELETE"; }), "record"],
  "a record of another place": [changing((receipt) => { receipt.index += 1; }), "record"],
  "a seal that was changed": [changing((receipt) => { receipt.seal.sealedAt = "2026-01-01T00:00:00.000Z"; }),
                              "seal"],
  "a signature that was changed": [changing((receipt) => { receipt.proofs[0].created = "2026-01-01T00:00:00Z"; }),
                                   "seal"],
  "an enrolment left out": [changing((receipt) => { receipt.enrolments = []; receipt.signers = []; }),
                            "enrolment"],
  "a party by another name": [changing((receipt) => {
    receipt.parties[0].record.event["nianlun:name"].en = "Somebody else";
  }), "record"],
  "a root that nobody signed": [changing((receipt) => {
    const lines = receipt.checkpoint.split("\n");
    lines[2] = Buffer.alloc(32, 7).toString("base64");
    receipt.checkpoint = lines.join("\n");
  }), "checkpoint"],
  "a root that another key signed": [changing((receipt) => {
    const split = receipt.checkpoint.lastIndexOf("\n\n");
    const text = receipt.checkpoint.slice(0, split + 1);
    const [, name, line] = /^\u2014 (\S+) (\S+)$/m.exec(receipt.checkpoint.slice(split));
    const id = Buffer.from(line, "base64").subarray(0, 4);
    const forged = sign(null, Buffer.from(text), generateKeyPairSync("ed25519").privateKey);
    receipt.checkpoint = `${text}\n\u2014 ${name} ${Buffer.concat([id, forged]).toString("base64")}\n`;
  }), "checkpoint"],
  "a cosignature that no witness made": [changing((receipt) => {
    const lines = receipt.checkpoint.split("\n");
    const at = lines.findIndex((line) => line.includes("/witness "));
    lines[at] = lines[at].slice(0, -8) + "AAAAAAA=";
    receipt.checkpoint = lines.join("\n");
  }), "checkpoint"],
  "another time on the page": [(path, body) => path.startsWith("/t/")
    ? body.replace(/datetime="20(\d\d)-/, (_whole, year) => `datetime="20${Number(year) - 1}-`) : body, "page"],
  "another time in words": [(path, body) => path.startsWith("/t/")
    ? body.replace(/(datetime="[^"]*">[^<]*)\d\d:\d\d/, "$103:33") : body, "page"],
  "another step on the page": [(path, body) => path.startsWith("/t/")
    ? body.replace(/data-step="[^"]*"/, 'data-step="forest/felled"') : body, "page"],
};
for (const [lie, [change, step]] of Object.entries(LIES)) {
  test(`${lie} is caught`, async () => {
    const page = await visitor(browser);
    liar.lie = change;
    await page.goto(address());
    await alarm(page).waitFor();
    const said = await page.locator(`template#check-words`).evaluate(
      (words, word) => words.content.querySelector(`[data-word="check-failed-${word}"]`).textContent, step);
    assert.ok((await alarm(page).innerText()).includes(said), await alarm(page).innerText());
    assert.equal(await page.locator("#check.held").count(), 0);
    if (step === "page") await picture(page, "alarm-en");
    await page.context().close();
  });
}

test("an older entry that was changed is caught when every entry is checked", async () => {
  const page = await visitor(browser);
  let seen = 0;
  liar.lie = changing((receipt) => { if (++seen === 3) receipt.record.event.action = "DELETE"; });
  await page.goto(address());
  await page.locator("#check.held").waitFor();
  await page.locator("#check-all").click();
  await alarm(page).waitFor();
  await page.context().close();
});

test("a receipt that is kept back is not counted as checked", async () => {
  const page = await visitor(browser);
  let seen = 0;
  liar.lie = (path, body) => path.endsWith("/receipt") && ++seen === 3 ? null : body;
  await page.goto(address());
  await page.locator("#check.held").waitFor();
  await page.locator("#check-all").click();
  await page.locator("#check:not(.held)").waitFor();
  const unchecked = await page.locator("li[data-record]:not(.checked)").last().getAttribute("data-record");
  assert.ok((await status(page).textContent()).includes(unchecked));
  await page.context().close();
});

test("a visitor who comes back sees that the log has only grown, or that it has not", async () => {
  const page = await visitor(browser);
  await page.goto(address());
  await page.locator("#check.held").waitFor();
  const [[name, text]] = await page.evaluate(() => Object.entries(localStorage));
  const now = JSON.parse(text);
  const back = async (seen) => {
    await page.evaluate(([key, value]) => localStorage.setItem(key, value), [name, JSON.stringify(seen)]);
    await page.reload();
    return page.locator("#check.held, section.alarm").first().waitFor();
  };
  // Of the log when it was smaller, as a node of its tiles says: that of the first 64 records.
  const tile = Buffer.from(await (await fetch(`${liar.url}/tile/0/000.p/${now.size}`)).arrayBuffer());
  let row = Array.from({ length: 64 }, (_, i) => tile.subarray(i * 32, i * 32 + 32));
  while (row.length > 1) {
    row = row.flatMap((left, i) => i % 2 ? [] : [createHash("sha256")
      .update(Buffer.concat([Buffer.of(1), left, row[i + 1]])).digest()]);
  }
  const before = { ...now, size: 64, root: row[0].toString("hex"), since: "2026-01-01" };
  await back(before);
  await page.locator("#check-all").click();
  await page.locator("#check-steps li", { hasText: "64" }).waitFor();
  assert.equal(JSON.parse(await page.evaluate((key) => localStorage.getItem(key), name)).size, now.size);
  for (const [seen, word, all] of [[{ ...before, root: now.root }, "fork", true],
                                   [{ ...now, root: before.root }, "fork", true],
                                   [{ ...now, size: now.size + 1 }, "shrunk", false],
                                   [{ ...now, logKey: "another" }, "key", false]]) {
    await back(seen);
    if (all) await page.locator("#check-all").click();
    await alarm(page).waitFor();
    const said = await page.locator("template#check-words").evaluate(
      (words, one) => words.content.querySelector(`[data-word="check-failed-${one}"]`).textContent, word);
    assert.ok((await alarm(page).innerText()).includes(said), word);
  }
  await page.context().close();
});

test("a visitor who knows the log's old key is led to the new one, by proof alone", async () => {
  const page = await visitor(browser);
  await page.goto(address());
  await page.locator("#check.held").waitFor();
  const [[name, text]] = await page.evaluate(() => Object.entries(localStorage));
  const known = JSON.stringify({ ...JSON.parse(text), logKey: world.oldKey });
  const back = async () => {
    await page.evaluate(([key, value]) => localStorage.setItem(key, value), [name, known]);
    await page.reload();
    return page.locator("#check.held, section.alarm").first().waitFor();
  };
  await back();
  assert.equal(await alarm(page).count(), 0);
  for (const lie of [changing((receipt) => { delete receipt.rotations; }),
                     changing((receipt) => { receipt.rotations[0].retired = receipt.rotations[0].adopted; }),
                     changing((receipt) => { receipt.rotations[0].adopted.path.pop(); })]) {
    liar.lie = lie;
    await back();
    assert.equal(await alarm(page).count(), 1);
  }
  await page.context().close();
});

test("the check takes 100 ms on a processor four times slower, and some more where others run", async () => {
  const page = await visitor(browser);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto(address());
  await page.locator("#check.held").waitFor();
  const took = await page.evaluate(() => performance.getEntriesByName("check")[0].duration);
  console.log(`check took ${took.toFixed(1)} ms`);
  assert.ok(took < 500);
  await page.context().close();
});
