import { expect, test } from "bun:test";
import { join } from "node:path";

import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { SocketClient, startServer } from "../support/server.ts";
import { freePort } from "../net/acme/free-port.ts";
import { hasTmux, TmuxScreen } from "../support/tmux.ts";

const { path: binary } = await buildBinary();
/** A loaded machine starts programs slowly. */
const LONG = 60_000;

async function place() {
  const temporary = temporaryFolder();
  const env = { HOME: temporary.path, PATH: process.env["PATH"] ?? "", TERM: "screen-256color", LANG: "C.UTF-8" };
  const server = await startServer(binary, ["--data", join(temporary.path, "data")], { cwd: temporary.path, env });
  return { temporary, env, server };
}

test(
  "what is piped in is said, and a wrong password is said to be wrong",
  async () => {
    const { temporary, env, server } = await place();
    using _temporary = temporary;
    await using _server = server;
    const bob = await SocketClient.signedIn(server.url, "bob");
    const file = join(temporary.path, "password");
    const piped = async (password: string, ...words: string[]) => {
      await Bun.write(file, `${password}\n`);
      const run = Bun.spawn([binary, "connect", ...words, "--password-file", file], {
        env,
        stdin: Buffer.from("hello\n"),
        stdout: "pipe",
        stderr: "pipe",
      });
      return {
        out: await new Response(run.stdout).text(),
        complaint: await new Response(run.stderr).text(),
        code: await run.exited,
      };
    };
    expect(await piped("pass1234", server.url, "--name", "alice", "--register")).toMatchObject({ code: 0, complaint: "" });
    await bob.frame(({ cmd, message }) => cmd === "message_new" && message.content === "hello");
    // Server and name are remembered.
    expect((await piped("pass1234")).out).toMatch(/#general alice: hello\n$/);
    expect(await piped("wrong")).toMatchObject({ code: 4, complaint: "chat: Invalid password.\n" });
  },
  LONG,
);

test.skipIf(!hasTmux)(
  "in a real terminal the password is typed unseen, and two people talk",
  async () => {
    const { temporary, env, server } = await place();
    using _temporary = temporary;
    await using _server = server;
    const bob = await SocketClient.signedIn(server.url, "bob");
    const command = ["sh", "-c", `${binary} connect ${server.url} --name alice --register; echo ended $?; exec sleep 600`];
    await using screen = await TmuxScreen.open(command, { columns: 80, rows: 24, env });
    await screen.shows("Password:");
    await screen.press("pass1234", "Enter");
    expect(await screen.shows("Again:")).not.toContain("pass1234");
    await screen.press("pass1234", "Enter");
    await screen.shows("This is the beginning of #general.");
    bob.send({ cmd: "message_new", channel: "general", content: "hello alice" });
    await screen.shows("hello alice");
    await screen.press("-l", ":reply hello bob");
    await screen.press("Enter");
    await screen.shows("alice → bob");
    await bob.frame(({ cmd, message }) => cmd === "message_new" && message.content === "hello bob" && message.reply_to);
    for (const key of ["Up", "Up", "a"]) await screen.press(key);
    await screen.shows("> :react %");
    await screen.press("-l", "👍");
    await screen.press("Enter");
    await bob.frame(({ cmd, emoji }) => cmd === "message_react_add" && emoji === "👍");
    await screen.resize(50, 12);
    await screen.shows(/^(?![^]*› general)[^]*hello bob/);
    await screen.press("C-c");
    await screen.shows("ended 0");
    // Who has an account is asked once.
    await using again = await TmuxScreen.open([binary, "connect"], { columns: 80, rows: 24, env });
    await again.shows("Password:");
    await again.press("pass1234", "Enter");
    await again.shows("hello alice");
  },
  LONG,
);

test.skipIf(!hasTmux)(
  "a server that is down at the start is waited for in the window, and a pipe is told at once",
  async () => {
    const { temporary, env, server } = await place();
    using _temporary = temporary;
    await using _server = server;
    const file = join(temporary.path, "password");
    await Bun.write(file, "pass1234\n");
    const port = freePort();
    const url = `ws://127.0.0.1:${port}`;
    const words = [binary, "connect", url, "--name", "alice", "--register", "--password-file", file];
    const piped = Bun.spawn(words, { env, stdin: Buffer.from("hello\n"), stdout: "pipe", stderr: "pipe" });
    expect(await new Response(piped.stderr).text()).toBe(`chat: No chat answers at ${url}: nothing listens there.\n`);
    expect(await piped.exited).toBe(6);
    await using plain = await TmuxScreen.open(["sh", "-c", `${words.join(" ")} --plain; echo ended $?; exec sleep 600`], {
      columns: 80,
      rows: 24,
      env,
    });
    await plain.shows("ended 6");
    await using screen = await TmuxScreen.open(["sh", "-c", `${words.join(" ")}; echo ended $?; exec sleep 600`], {
      columns: 80,
      rows: 24,
      env,
    });
    await screen.shows(`No chat answers at ${url}: nothing listens there.`);
    await screen.shows(/trying again in \d+ s/);
    await using _late = await startServer(binary, ["--data", join(temporary.path, "late"), "--port", String(port)], {
      cwd: temporary.path,
      env,
    });
    await screen.press("Enter");
    await screen.shows("This is the beginning of #general.");
    await screen.press("C-c");
    await screen.shows("ended 0");
    // What waiting does not mend is told, where there is nothing else to do.
    const wrong = [
      "sh",
      "-c",
      `${binary} connect wss://127.0.0.1:${port} --name alice --only --password-file ${file}; echo ended $?; exec sleep 600`,
    ];
    await using other = await TmuxScreen.open(wrong, { columns: 80, rows: 24, env });
    await other.shows("ended 6");
  },
  LONG,
);

test.skipIf(!hasTmux)(
  "all remembered servers are there at once, one of them by its certificate's fingerprint",
  async () => {
    const { temporary, env, server } = await place();
    using _temporary = temporary;
    await using _server = server;
    await using other = await startServer(binary, ["--data", join(temporary.path, "other"), "--tls", "self"], {
      cwd: temporary.path,
      env,
    });
    await other.said("Everything is kept");
    const fingerprint = /fingerprint (\S+)/.exec(other.stdout())![1]!;
    const file = join(temporary.path, "password");
    await Bun.write(file, "pass1234\n");
    const said = async (...words: string[]) => {
      const run = Bun.spawn([binary, "connect", ...words], {
        env,
        stdin: Buffer.from("hello\n"),
        stdout: "pipe",
        stderr: "pipe",
      });
      return { code: await run.exited, complaint: await new Response(run.stderr).text() };
    };
    const as = (name: string) => ["--name", name, "--register", "--password-file", file];
    expect(await said(other.url, ...as("alice"))).toMatchObject({ code: 6, complaint: expect.stringContaining("--fingerprint") });
    expect(await said(other.url, ...as("carol"), "--fingerprint", fingerprint)).toEqual({ code: 0, complaint: "" });
    const again = ["--name", "carol", "--password-file", file];
    expect(await said(new URL(other.url).host, ...again)).toEqual({ code: 0, complaint: "" });
    expect(await said(server.url, ...as("alice"))).toMatchObject({ code: 0 });
    const bob = await SocketClient.signedIn(server.url, "bob");
    const [here, there] = [new URL(server.url).host, new URL(other.url).host];
    await using screen = await TmuxScreen.open([binary, "connect"], { columns: 80, rows: 24, env });
    await screen.shows(new RegExp(`● 1 ${here} [^]*● 2 ${there}`));
    await screen.press("C-o");
    await screen.shows("#general  carol");
    bob.send({ cmd: "message_new", channel: "general", content: "@alice psst" });
    await screen.shows(`1 ${here} @1`);
    await screen.press("M-1");
    await screen.shows("@alice psst");
    await screen.press("?");
    await screen.shows("Ctrl-N Ctrl-P");
  },
  LONG,
);
