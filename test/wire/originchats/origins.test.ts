import { expect, test } from "bun:test";
import { SettingsSchema } from "../../../src/config/schema.ts";
import { mayConnect } from "../../../src/wire/originchats/origins.ts";

const settings = SettingsSchema.parse({
  server: { allowed_origins: ["https://client.example"], url: "https://chat.example.org" },
  tls: { mode: "acme", domains: ["talk.example.org"], acme: { agree_tos: true } },
});

test("where no origin is named, every page may connect", () => {
  expect(mayConnect("https://anywhere.example", "https://chat.example.org", SettingsSchema.parse({}))).toBe(true);
});

test("where origins are named, others may not connect", () => {
  expect(mayConnect("https://client.example", "https://chat.example.org", settings)).toBe(true);
  expect(mayConnect("https://anywhere.example", "https://chat.example.org", settings)).toBe(false);
});

test("the server's own page may connect by each name and address that is the server's", () => {
  for (const own of [
    "https://chat.example.org",
    "https://talk.example.org",
    "http://localhost:5613",
    "http://192.168.1.5:5613",
    "http://[::1]:5613",
  ])
    expect(mayConnect(own, own, settings), own).toBe(true);
  expect(mayConnect("http://localhost:5613", "https://chat.example.org", settings)).toBe(false);
});

test("a stranger's name that was made to lead here is not the server's own", () => {
  for (const rebound of ["http://evil.example:5613", "http://localhost.evil.example:5613", "http://1.2.3.4.evil.example"])
    expect(mayConnect(rebound, rebound, settings), rebound).toBe(false);
});
