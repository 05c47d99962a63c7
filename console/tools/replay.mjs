/** `npm run --silent replay < recorded.ndjson` prints the board that the frames lead to. */
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const source = fileURLToPath(new URL("../src/replay.ts", import.meta.url));
const { module } = await runnerImport(source, { configFile: false, logLevel: "error" });
process.stdout.write(`${JSON.stringify(module.replay(await text(process.stdin)))}\n`);
