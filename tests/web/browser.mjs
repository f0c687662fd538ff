// Debian's Chromium at the size of a phone, a world behind it, and a proxy between them that lies.

import { spawn, spawnSync } from "node:child_process";
import http from "node:http";
import path from "node:path";
import readline from "node:readline";
import { chromium } from "playwright-core";

const HERE = path.dirname(new URL(import.meta.url).pathname);

/** @param {string} programs build/<preset>/bin @param {string} suite of its ledger */
export async function startWorld(programs, suite = "sha256") {
  const child = spawn("python3", ["-B", path.join(HERE, "world.py"), programs, suite],
                      { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const first = await Promise.race([
    new Promise((resolve) => readline.createInterface(child.stdout).once("line", resolve)),
    ended.then(() => { throw new Error("the world ended before it served"); }),
  ]);
  const stop = async () => { child.stdin.end(); await ended; };
  return { ...JSON.parse(first), stop };
}

/**
 * A server that answers as the one behind it does, but for what `lie(path, body)` changes; of what
 * it makes null, it says 404.
 * @param {string} url
 */
export async function startLiar(url) {
  const liar = { lie: (_path, body) => body, asked: [] };
  const server = http.createServer(async (request, response) => {
    liar.asked.push(request.url);
    const { host, connection, ...headers } = request.headers;
    const answer = await fetch(url + request.url, { headers, redirect: "manual" });
    const kept = {};
    for (const name of ["content-type", "content-security-policy", "cache-control", "location"]) {
      if (answer.headers.has(name)) kept[name] = answer.headers.get(name);
    }
    const octets = Buffer.from(await answer.arrayBuffer());
    const text = /^(text\/html|application\/json)/.test(kept["content-type"] ?? "");
    const told = text ? liar.lie(request.url, octets.toString("utf8")) : octets;
    response.writeHead(told === null ? 404 : answer.status, kept);
    response.end(told);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  liar.url = `http://127.0.0.1:${server.address().port}`;
  liar.stop = () => { server.closeAllConnections(); server.close(); };
  return liar;
}

export async function startBrowser() {
  const executablePath = spawnSync("sh", ["-c", "command -v chromium"]).stdout.toString().trim();
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A visitor who never was here before. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (line) => line.type() === "error" && page.problems.push(line.text()));
  return page;
}
