import { expect, test } from "bun:test";
import { Rights } from "../../src/domain/plugins/plugin.ts";
import { milliseconds } from "../../src/plugins/interval.ts";
import { hostsOfThisNetwork, refuseEvent, refuseHost, refuseOperation } from "../../src/plugins/rights.ts";
import { operations } from "../../src/domain/index.ts";

const may = (act: () => unknown): boolean => {
  try {
    act();
    return true;
  } catch (why) {
    expect(why).toMatchObject({ code: "forbidden", reason: "plugin.rights" });
    return false;
  }
};

test("an operation is allowed by its name, or by its noun", () => {
  const rights = Rights.parse({ operations: ["message.send", "member.*"], events: ["message.*"] });
  const allowed = (name: string) => may(() => refuseOperation(rights, name));
  expect(["message.send", "member.ban", "message.sendx", "message.edit", "members.x", "member"].map(allowed)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(may(() => refuseEvent(rights, "message.created"))).toBe(true);
  expect(may(() => refuseEvent(rights, "member.joined"))).toBe(false);
});

test("no manifest opens what passwords and codes pass through, or the plugins' own machinery", () => {
  const nouns = [...new Set(operations.map(({ name }) => name.split(".")[0]!))];
  const rights = {
    ...Rights.parse({}),
    operations: [...operations.map(({ name }) => name), ...nouns.map((noun) => `${noun}.*`)],
  };
  const closed = operations.map(({ name }) => name).filter((name) => !may(() => refuseOperation(rights, name)));
  for (const noun of ["account", "session", "ownership", "plugin", "plugin-store", "plugin-turn"])
    expect(
      closed.some((name) => name.startsWith(`${noun}.`)),
      noun,
    ).toBe(true);
  expect(closed).toContain("slash.call");
  expect(closed).not.toContain("message.send");
  for (const { name, input } of operations)
    if (JSON.stringify(Object.keys((input as { shape?: object }).shape ?? {})).includes("password"))
      expect(closed).toContain(name);
});

test("a host is allowed as it is written, with its port where one is named", () => {
  const rights = Rights.parse({ hosts: ["api.example.org", "*.discord.gg", "Local.Example:8443", "127.0.0.1:9000"] });
  const allowed = (url: string) => may(() => refuseHost(rights, url, ["https:", "http:", "wss:"]));
  for (const url of [
    "https://api.example.org/x",
    "https://API.EXAMPLE.ORG",
    "http://api.example.org:8080",
    "wss://eu.gateway.discord.gg/?v=10",
    "https://local.example:8443",
    "http://127.0.0.1:9000",
  ])
    expect(allowed(url), url).toBe(true);
  for (const url of [
    "https://example.org",
    "https://x.api.example.org",
    "https://discord.gg",
    "https://evildiscord.gg",
    "https://discord.gg.example.com",
    "https://local.example",
    "http://127.0.0.1",
    "http://127.1:80",
    "ftp://api.example.org",
    "https://user:secret@api.example.org",
    "https://api.example.org@evil.example",
    "nonsense",
  ])
    expect(allowed(url), url).toBe(false);
});

test("only addresses and local names may lead into this network", () => {
  const local = ["10.0.0.7", "127.0.0.1:9000", "[fd00::7]", "[::1]:80", "localhost:3000", "nas.lan", "printer.local", "jitsi"];
  const hosts = [...local, "api.example.org", "*.example.org", "*.lan.example.org", "example.com:8443"];
  expect(hostsOfThisNetwork(Rights.parse({ hosts }))).toEqual(local);
});

test("an interval is one of a second to thirty days", () => {
  expect(["30s", "5m", "1h", "1d", "41250ms"].map(milliseconds)).toEqual([30_000, 300_000, 3_600_000, 86_400_000, 41_250]);
  for (const wrong of ["0s", "999ms", "31d", "5", "m", "-5m", "1.5h", "5 m", ""])
    expect(() => milliseconds(wrong), wrong).toThrow(RangeError);
});
