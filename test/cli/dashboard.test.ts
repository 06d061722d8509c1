import { expect, test } from "bun:test";
import { join } from "node:path";

import { buildBinary } from "../../scripts/build.ts";
import { ControlClient } from "../../src/admin/control-client.ts";
import { dataFolder } from "../../src/config/data-folder.ts";
import { temporaryFolder } from "../support/folder.ts";
import { SocketClient, startServer } from "../support/server.ts";
import { hasTmux, TmuxScreen } from "../support/tmux.ts";

const { path: binary } = await buildBinary();
/** A loaded machine starts programs slowly. */
const LONG = 60_000;
const inTmux = test.skipIf(!hasTmux);
if (!hasTmux) console.log("skipped: the dashboard in a real terminal, since there is no tmux");

function place() {
  const temporary = temporaryFolder();
  const env = { HOME: temporary.path, PATH: process.env["PATH"] ?? "", TERM: "screen-256color", LANG: "C.UTF-8" };
  return { temporary, data: join(temporary.path, "data"), env };
}

inTmux(
  "in a real terminal it shows what happens, bans somebody, follows the terminal's size, and gives the terminal back",
  async () => {
    const { temporary, data, env } = place();
    using _temporary = temporary;
    await using server = await startServer(binary, ["--data", data], { cwd: temporary.path, env });
    const bob = await SocketClient.signedIn(server.url, "bob");
    await using screen = await TmuxScreen.open(
      ["sh", "-c", `echo before; ${binary} dashboard --data ${data}; echo after $?; exec sleep 600`],
      {
        columns: 80,
        rows: 24,
        env,
      },
    );
    await screen.shows("originchats 1");
    await screen.press("3");
    await screen.shows(/› bob +online/);
    await screen.press("b");
    await screen.shows("How long");
    await screen.press("7d", "Enter", "noise", "Enter");
    await screen.shows("Ban bob for 1w? y / n");
    await screen.press("y");
    await screen.shows("bob is banned for 1w (noise).");
    await bob.closed.promise;

    await screen.press("5");
    await screen.shows(/user ban +bob .*noise/);
    await screen.resize(130, 40);
    const wide = await screen.shows(/Acknowledged/);
    expect(wide.split("\n").filter((line) => line.includes("5 Moderation"))).toHaveLength(1);
    await screen.resize(60, 14);
    const small = await screen.shows(/^(?![^]*Acknowledged)[^]*user ban/);
    expect(small.match(/user ban/g)).toHaveLength(1);

    await screen.press("q");
    const given = await screen.shows("after 0");
    expect(given).toContain("before");
    expect(given).not.toContain("Moderation");
  },
  LONG,
);

inTmux(
  "the server's own terminal shows the dashboard; when it is closed the log goes there, and Ctrl-C ends the server",
  async () => {
    const { temporary, data, env } = place();
    using _temporary = temporary;
    // The shell stays when the server has ended, so that its last words can be read.
    const serve = `${binary} serve --port 0 --data ${data} --dashboard`;
    const command = ["sh", "-c", `trap : INT; ${serve}; echo ended $?; exec sleep 600`];
    await using screen = await TmuxScreen.open(command, { columns: 100, rows: 30, env });
    await screen.shows(/7 Log[^]*"\/claim /);
    await screen.press("q");
    await screen.shows("The dashboard is closed and the server runs on; Ctrl-C ends it.");
    await new ControlClient(dataFolder({}, { data }).socketPath, "tester").reload();
    await screen.shows("settings.reloaded");
    await screen.press("C-c");
    await screen.shows(/server\.stopped[^]*ended 0/);
  },
  LONG,
);

inTmux(
  "when the server goes away it says so, and finds it again",
  async () => {
    const { temporary, data, env } = place();
    using _temporary = temporary;
    await using first = await startServer(binary, ["--data", data], { cwd: temporary.path, env });
    await using screen = await TmuxScreen.open([binary, "dashboard", "--data", data], { columns: 80, rows: 24, env });
    await screen.shows("nobody is signed in");
    first.signal("SIGTERM");
    await first.exited;
    await screen.shows("Trying again…");
    await using _second = await startServer(binary, ["--data", data], { cwd: temporary.path, env });
    await screen.shows("● My chat");
    await screen.press("C-c");
  },
  LONG,
);
