// The scripts of the pages are what their JSDoc says.

import { spawnSync } from "node:child_process";
import path from "node:path";

const here = path.dirname(new URL(import.meta.url).pathname);
const done = spawnSync(process.execPath, [path.join(here, "node_modules/typescript/bin/tsc"), "-p",
                                          path.join(here, "jsconfig.json")], { stdio: "inherit" });
process.exit(done.status ?? 1);
