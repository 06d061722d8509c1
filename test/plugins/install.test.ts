import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type ServerProcess, startServer } from "../support/server.ts";

const { path: binary } = await buildBinary();

const SOURCE = (name: string, word: string) => `
import { plugin, z } from "chat/plugin";
import { punctuation } from "./punctuation.ts";
export default plugin({ name: "${name}", version: "1.2.3", options: z.object({}), start(host) {
  host.log.info("fixture.loaded", { punctuation });
  host.before("message.send", ({ input }) => ({ ...input, content: input.content + " ${word}" + punctuation }));
  host.operation({ verb: "environment", summary: "What it sees of the environment.", run: () => Object.keys(process.env).length });
} });
`;
const PACKAGE = (name: string) =>
  JSON.stringify({
    name: `chat-plugin-${name}`,
    version: "1.2.3",
    type: "module",
    exports: "./index.ts",
    scripts: { postinstall: "touch ran-a-script" },
    chat: { rights: { operations: ["message.send"] } },
  });

function writePlugin(folder: string, name: string, word: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), PACKAGE(name));
  writeFileSync(join(folder, "index.ts"), SOURCE(name, word));
  writeFileSync(join(folder, "punctuation.ts"), `export const punctuation = "!";`);
}

/** The compiled program on a machine where there is nothing else, with a data folder of its own. */
const folder = temporaryFolder();
const env: Record<string, string> = {
  PATH: "/nonexistent",
  HOME: folder.path,
  TMPDIR: folder.path,
  CHAT_DATA: join(folder.path, "data"),
};
let server: ServerProcess;
beforeAll(async () => void (server = await startServer(binary, [], { cwd: folder.path, env })));
afterAll(async () => {
  server.signal("SIGTERM");
  await server.exited;
  folder[Symbol.dispose]();
});

async function chat(...words: string[]): Promise<{ out: string; error: string; exit: number }> {
  return chatWith({}, ...words);
}
async function chatWith(more: Record<string, string>, ...words: string[]): Promise<{ out: string; error: string; exit: number }> {
  const run = Bun.spawn([binary, ...words], {
    cwd: folder.path,
    env: { ...env, ...more },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, error, exit] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text(), run.exited]);
  return { out: out.trim(), error: error.trim(), exit };
}
const lastSaid = async () =>
  JSON.parse((await chat("call", "message.list", "--channel", "general", "--limit", "1")).out).messages[0].content;
const dataOf = (name: string) => join(folder.path, "data/plugins", name);

describe("a plugin is installed with nothing but the program on the machine", () => {
  test("from a folder, into the running server, with what it needs from the package registry left out", async () => {
    writePlugin(join(folder.path, "one"), "one", "1");
    const asked = await chat("plugins", "install", "./one");
    expect(asked).toMatchObject({ exit: 4, error: "chat: one 1.2.3 wants: call and change message.send. Agree with --yes." });
    expect(await chat("plugins", "install", "./one", "--yes")).toMatchObject({
      exit: 0,
      out: "one 1.2.3 is installed and runs.",
    });
    await chat("say", "general", "said");
    expect(await lastSaid()).toBe("said 1!");
    expect((await chat("call", "plugin.one.environment")).out).toBe("0");
    expect((await chat("plugins", "remove", "one", "--yes")).out).toBe("one is removed.");
    expect(readdirSync(join(folder.path, "data/plugins")).filter((name) => !name.startsWith("."))).toEqual([]);
    await chat("say", "general", "said");
    expect(await lastSaid()).toBe("said");
  });

  test("from a packed archive", async () => {
    const archive = new Bun.Archive({
      "package/package.json": PACKAGE("packed"),
      "package/index.ts": SOURCE("packed", "packed"),
      "package/punctuation.ts": `export const punctuation = "?";`,
    });
    await Bun.write(join(folder.path, "packed.tgz"), Bun.gzipSync(await archive.bytes()));
    expect(await chat("plugins", "install", "./packed.tgz", "--yes")).toMatchObject({
      exit: 0,
      out: "packed 1.2.3 is installed and runs.",
    });
    await chat("say", "general", "said");
    expect(await lastSaid()).toBe("said packed?");
    expect(readdirSync(join(dataOf("packed"), "node_modules/chat-plugin-packed"))).not.toContain("ran-a-script");
    await chat("plugins", "remove", "packed", "--yes");
  });

  test("from one file that says in its first comment what it may do", async () => {
    writeFileSync(
      join(folder.path, "solo.ts"),
      `/* chat: { version: "0.1.0", rights: { operations: ["message.send"] } } */${SOURCE("solo", "solo").replace(/import \{ punct.*\n/, 'const punctuation = "";\n')}`,
    );
    expect(await chat("plugins", "install", "./solo.ts", "--yes")).toMatchObject({ exit: 0 });
    await chat("say", "general", "said");
    expect(await lastSaid()).toBe("said solo");
    writeFileSync(join(folder.path, "mute.ts"), `export default {};`);
    expect(await chat("plugins", "install", "./mute.ts", "--yes")).toMatchObject({
      exit: 1,
      error: expect.stringContaining("does not say what it may do"),
    });
  });

  test("what was installed and changed since is not loaded", async () => {
    const file = join(dataOf("solo"), "index.ts");
    writeFileSync(file, `${readFileSync(file, "utf8")}\n// more`);
    expect(await chat("plugins", "reload", "solo")).toMatchObject({
      exit: 1,
      error: expect.stringContaining("are not those that were installed"),
    });
    await chat("say", "general", "said");
    expect(await lastSaid()).toBe("said");
    await chat("plugins", "remove", "solo", "--yes");
  });

  test("linked, it is loaded anew when a file of it changes", async () => {
    const own = join(folder.path, "linked");
    writePlugin(own, "linked", "before");
    expect(await chat("plugins", "install", "./linked", "--link", "--yes")).toMatchObject({ exit: 0 });
    await chat("say", "general", "said");
    expect(await lastSaid()).toBe("said before!");
    writeFileSync(join(own, "punctuation.ts"), `export const punctuation = " and after";`);
    await server.logged(`"punctuation":" and after"`);
    await chat("say", "general", "said");
    expect(await lastSaid()).toBe("said before and after");
    await chat("plugins", "remove", "linked", "--yes");
    expect(readdirSync(own)).toContain("index.ts");
  });

  test("from a git repository, which needs git and says so", async () => {
    const own = join(folder.path, "repository");
    writePlugin(own, "gitted", "from git");
    const address = `git+file://${own}`;
    const git = Bun.which("git");
    if (!git) throw new Error("this test needs git");
    const run = (...words: string[]) =>
      Bun.spawnSync([git, "-c", "user.name=a", "-c", "user.email=a@example.org", ...words], {
        cwd: own,
        env: { HOME: folder.path, PATH: process.env["PATH"]! },
      });
    for (const words of [
      ["init", "-q"],
      ["add", "."],
      ["commit", "-qm", "first"],
    ])
      expect(run(...words).exitCode).toBe(0);
    expect(await chat("plugins", "install", address, "--yes")).toMatchObject({
      exit: 1,
      error: expect.stringContaining("needs the program git"),
    });
    expect(await chatWith({ PATH: process.env["PATH"]! }, "plugins", "install", address, "--yes")).toMatchObject({
      exit: 0,
      out: "gitted 1.2.3 is installed and runs.",
    });
    await chat("say", "general", "said");
    expect(await lastSaid()).toBe("said from git!");
    await chat("plugins", "remove", "gitted", "--yes");
  });

  test("names that are paths, flags or nothing are refused, and leave nothing behind", async () => {
    for (const source of ["../../etc", "--global", "a b", "file:///etc/passwd", "@x/../../y"]) {
      const { exit } = await chat("plugins", "install", "--yes", "--", source);
      expect(exit, source).toBe(1);
    }
    expect(await chat("plugins", "install", "./nowhere", "--yes")).toMatchObject({ exit: 3 });
    writePlugin(join(folder.path, "sly"), "../sly", "x");
    writeFileSync(join(folder.path, "sly/package.json"), PACKAGE("../sly"));
    expect(await chat("plugins", "install", "./sly", "--yes")).toMatchObject({
      exit: 1,
      error: expect.stringContaining("is no name for a plugin"),
    });
    expect(readdirSync(join(folder.path, "data/plugins")).filter((name) => name !== ".cache")).toEqual([]);
  });
});

test("the folder that plugins new makes can be installed and does what it says", async () => {
  expect(await chat("plugins", "new", "fresh")).toMatchObject({ exit: 0 });
  expect(await chat("plugins", "install", "./fresh", "--yes")).toMatchObject({
    exit: 0,
    out: "fresh 0.1.0 is installed and runs.",
  });
  expect(await chat("plugins", "new", "fresh")).toMatchObject({ exit: 5 });
  expect(await chat("plugins", "new", "../fresh")).toMatchObject({ exit: 2 });
});
