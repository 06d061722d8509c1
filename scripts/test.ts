// `npm test`: builds the binary the command line tests run, runs `bun test`, and closes with the line `N passed, N failed`.
// Fails when bun ends without a summary too: a test that calls process.exit(0) would look green otherwise.
import { buildBinary } from "./build.ts";

const LONGEST_TEST = "--timeout=30000";

await buildBinary();
const run = Bun.spawn([process.execPath, "test", "--parallel", LONGEST_TEST, ...process.argv.slice(2)], {
  stdio: ["inherit", "pipe", "pipe"],
  env: { ...process.env, NO_COLOR: "1" },
});

let tail = "";
async function passOn(from: ReadableStream<Uint8Array>, to: NodeJS.WriteStream): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of from) {
    to.write(chunk);
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-20_000);
  }
}
await Promise.all([passOn(run.stdout, process.stdout), passOn(run.stderr, process.stderr)]);
const code = await run.exited;

const start = tail.search(/^\s*\d+ pass$/m);
const summary = start !== -1 && /^Ran \d+ tests? across \d+ files?\./m.test(tail) ? tail.slice(start) : "";
const count = (word: string) => Number(new RegExp(`^\\s*(\\d+) ${word}$`, "m").exec(summary)?.[1] ?? 0);
const [passed, skipped] = [count("pass"), count("skip") + count("todo")];
if (passed + count("fail") === 0) console.error("bun test ended without a summary, or without a test.");
const failed = Math.max(count("fail"), code !== 0 || passed === 0 ? 1 : 0);
if (skipped > 0) console.log(`(${skipped} skipped)`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
