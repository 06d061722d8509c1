import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { NpmRegistry, packed } from "../support/npm-registry.ts";
import { type ServerProcess, startServer } from "../support/server.ts";

const { path: binary } = await buildBinary();
const folder = temporaryFolder();
const registry = new NpmRegistry();
const env: Record<string, string> = {
  // Where scripts would find what they call.
  PATH: process.env["PATH"]!,
  HOME: folder.path,
  TMPDIR: folder.path,
  CHAT_DATA: join(folder.path, "data"),
  npm_config_registry: registry.url,
};
const SCRIPTS = { preinstall: "touch ran-a-script", install: "touch ran-a-script", postinstall: "touch ran-a-script" };

const mark = { name: "the-mark", version: "1.0.0", main: "index.js", scripts: SCRIPTS };
const plugin = (name: string, version: string) => ({
  name,
  version,
  type: "module",
  exports: "./index.ts",
  scripts: SCRIPTS,
  dependencies: { "the-mark": "^1.0.0" },
  chat: { rights: { operations: ["message.send"] } },
});
const filesOf = (json: { name: string; version: string }) => ({
  "package.json": JSON.stringify(json),
  "index.ts": `
    import { plugin, z } from "chat/plugin";
    import { mark } from "the-mark";
    export default plugin({ name: ${JSON.stringify(json.name.replace(/.*chat-plugin-/, ""))}, version: "${json.version}", options: z.object({}), start(host) {
      host.before("message.send", ({ input }) => ({ ...input, content: input.content + " ${json.version}" + mark }));
    } });`,
});
function publish(json: { name: string; version: string }, as?: string): string {
  const archive = packed(folder.path, filesOf(json));
  registry.publish(json, archive, as);
  return archive;
}

let server: ServerProcess;
beforeAll(async () => {
  registry.publish(mark, packed(folder.path, { "package.json": JSON.stringify(mark), "index.js": `exports.mark = "!";` }));
  server = await startServer(binary, [], { cwd: folder.path, env });
});
afterAll(async () => {
  server.signal("SIGTERM");
  await server.exited;
  registry[Symbol.dispose]();
  folder[Symbol.dispose]();
});

async function chat(...words: string[]): Promise<{ out: string; error: string; exit: number }> {
  const run = Bun.spawn([binary, ...words], { cwd: folder.path, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, error, exit] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text(), run.exited]);
  return { out: out.trim(), error: error.trim(), exit };
}
async function said(): Promise<string> {
  await chat("say", "general", "said");
  return JSON.parse((await chat("call", "message.list", "--channel", "general", "--limit", "1")).out).messages[0].content;
}
const placed = () => readdirSync(join(folder.path, "data/plugins")).filter((name) => name !== ".cache");
const scriptsThatRan = () =>
  [...new Bun.Glob("**/ran-a-script").scanSync({ cwd: folder.path, dot: true })].map((path) => join(folder.path, path));

test("a plugin is installed by its name from the package registry, with what it depends on, and no script of either is run", async () => {
  publish(plugin("chat-plugin-greeter", "1.0.0"));
  expect(await chat("plugins", "install", "chat-plugin-greeter", "--yes")).toMatchObject({
    exit: 0,
    out: "greeter 1.0.0 is installed and runs.",
  });
  expect(await said()).toBe("said 1.0.0!");
  const listed = JSON.parse((await chat("plugins", "list", "--json")).out) as { name: string }[];
  expect(listed.find(({ name }) => name === "greeter")).toMatchObject({ version: "1.0.0", state: "running" });
  expect(scriptsThatRan()).toEqual([]);
});

test("a newer version takes the older one's place, and a version that is named is the one that comes", async () => {
  publish(plugin("chat-plugin-greeter", "1.1.0"));
  publish(plugin("chat-plugin-greeter", "2.0.0"));
  await chat("plugins", "install", "chat-plugin-greeter", "--yes");
  expect(await said()).toBe("said 2.0.0!");
  for (const [asked, came] of [
    ["chat-plugin-greeter@1.0.0", "1.0.0"],
    ["chat-plugin-greeter@^1", "1.1.0"],
  ] as const) {
    expect((await chat("plugins", "install", asked, "--yes")).out).toBe(`greeter ${came} is installed and runs.`);
    expect(await said()).toBe(`said ${came}!`);
  }
  expect(placed()).toEqual(["greeter"]);
  await chat("plugins", "remove", "greeter", "--yes");
});

test("a package of a scope, and an archive that npm packed, are installed alike", async () => {
  const archive = publish(plugin("@somebody/chat-plugin-scoped", "0.1.0"));
  for (const source of ["@somebody/chat-plugin-scoped", archive]) {
    expect(await chat("plugins", "install", source, "--yes")).toMatchObject({
      exit: 0,
      out: "scoped 0.1.0 is installed and runs.",
    });
    expect(await said()).toBe("said 0.1.0!");
    await chat("plugins", "remove", "scoped", "--yes");
  }
  expect(scriptsThatRan()).toEqual([]);
});

test("a folder gets what it depends on from the registry, and its own scripts are not run either", async () => {
  const json = plugin("chat-plugin-folder", "3.0.0");
  for (const [name, content] of Object.entries(filesOf(json))) await Bun.write(join(folder.path, "own", name), content);
  expect(await chat("plugins", "install", "./own", "--yes")).toMatchObject({
    exit: 0,
    out: "folder 3.0.0 is installed and runs.",
  });
  expect(await said()).toBe("said 3.0.0!");
  expect(scriptsThatRan()).toEqual([]);
  await chat("plugins", "remove", "folder", "--yes");
});

test("a package that is not what the registry promised is refused, and so is one that is not there or needs what is not there", async () => {
  publish(plugin("chat-plugin-forged", "1.0.0"), `sha512-${Buffer.alloc(64).toString("base64")}`);
  registry.publish(
    { ...plugin("chat-plugin-lonely", "1.0.0"), ...{ dependencies: { "nobody-knows": "1.0.0" } } },
    packed(folder.path, filesOf({ ...plugin("chat-plugin-lonely", "1.0.0"), ...{ dependencies: { "nobody-knows": "1.0.0" } } })),
  );
  for (const [name, why] of [
    ["chat-plugin-forged", /^chat: It could not be fetched: .*[Ii]ntegrity/],
    ["chat-plugin-nobody", /^chat: It could not be fetched: .*404/],
    ["chat-plugin-lonely", /^chat: It could not be fetched: .*nobody-knows/],
    ["the-mark", /^chat: the-mark is no plugin of chat/],
  ] as const) {
    const { exit, error } = await chat("plugins", "install", name, "--yes");
    expect(exit, name).toBe(1);
    expect(error, name).toMatch(why);
  }
  expect(placed()).toEqual([]);
});
