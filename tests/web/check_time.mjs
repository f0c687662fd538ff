// How long the page's own check takes on a processor four times slower.
//
// usage: node check_time.mjs BIN VISITS     prints one JSON object: ms of each visit

import { startBrowser, startWorld, visitor } from "./browser.mjs";

const [programs, visits] = process.argv.slice(2);
const world = await startWorld(programs);
const browser = await startBrowser();
const ms = [];
for (let i = 0; i < Number(visits); ++i) {
  const page = await visitor(browser);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto(`${world.url}/t/${world.codes[0]}?lang=zh`);
  await page.locator("#check.held").waitFor();
  ms.push(await page.evaluate(() => performance.getEntriesByName("check")[0].duration));
  await page.context().close();
}
console.log(JSON.stringify({ ms }));
await browser.close();
await world.stop();
