// `npm run fuzz -- [--seed N] [--minutes M]`: the attacks of frames.test.ts with ever new seeds, until one finds something or the time is over.
import { parseArgs } from "node:util";
import { attackCommands } from "./commands.ts";
import { attackFrameLayer } from "./frame-layer.ts";
import { playConversation } from "./model.ts";
import { attackHttp } from "./requests.ts";

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { seed: { type: "string" }, minutes: { type: "string", default: "10" } },
});
const minutes = Number(values.minutes);
const first = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
if (!Number.isInteger(first) || first < 0 || !(minutes > 0)) {
  console.error("usage: npm run fuzz -- [--seed <whole number>] [--minutes <number>]");
  process.exit(2);
}

const attacks = { attackFrameLayer, attackCommands, attackHttp, playConversation };
const strength = { attackFrameLayer: 600, attackCommands: 40, attackHttp: 400, playConversation: 300 } as const;
const until = Date.now() + minutes * 60_000;
let seed = first;
let found = 0;
console.log(`fuzz: from seed ${first}, for ${minutes} minutes`);
do {
  for (const [name, attack] of Object.entries(attacks)) {
    try {
      await attack(seed, strength[name as keyof typeof strength]);
    } catch (why) {
      found++;
      console.error(`${name}: ${why instanceof Error ? why.message : String(why)}`);
      if (why instanceof Error && why.cause instanceof Error) console.error(why.cause.stack);
    }
  }
  seed++;
} while (Date.now() < until && found === 0);
console.log(
  `fuzz: ${seed - first} seeds, ${found === 0 ? "nothing found" : `found something: npm run fuzz -- --seed ${seed - 1} --minutes 0.01`}`,
);
process.exitCode = found === 0 ? 0 : 1;
