import { afterEach, describe, expect, test } from "bun:test";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AcmeSettings } from "../../../src/net/acme/acme-certificates.ts";
import { certificateId } from "../../../src/net/acme/renewal.ts";
import { type Certificate, CertificateError } from "../../../src/net/certificate.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { FakeClock } from "../../support/world.ts";
import { acmeSource } from "./acme-source.ts";
import { directoryDouble } from "./directory-double.ts";
import { freePort } from "./free-port.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DOMAIN = "chat.example.org";

let open = new AsyncDisposableStack();
afterEach(() => open.disposeAsync());

/** A directory that does what it is told, and a source that asks it. */
async function world(more: Partial<AcmeSettings> = {}) {
  open = new AsyncDisposableStack();
  const folder = open.use(temporaryFolder());
  const clock = new FakeClock(Date.UTC(2026, 10, 20));
  const httpPort = freePort();
  const directory = open.use(await directoryDouble(clock, () => httpPort));
  const ca = join(folder.path, "directory.pem");
  await writeFile(ca, directory.ca);
  const source = acmeSource(open, clock, {
    folder: folder.path,
    domains: [DOMAIN],
    directory: directory.url,
    ca,
    httpPort,
    ...more,
  });
  const kept = async () => {
    const [name] = await readdir(join(folder.path, "acme"));
    return join(folder.path, "acme", name!);
  };
  return Object.assign(source, { folder, clock, directory, httpPort, kept });
}

const orders = (asked: readonly string[]) => asked.filter((one) => one === "new-order").length;

describe("a certificate by ACME", () => {
  test("opening serves one of our own at once, and the obtained one as soon as it is there", async () => {
    const { directory, start, obtained } = await world({ domains: [DOMAIN, "www.example.org"], email: "me@example.org" });
    const source = await start();
    expect(source.current.names).toContain(DOMAIN);
    expect(directory.asked).toEqual([]);
    const own = source.current.cert;
    const found = await obtained(source);
    expect(found.cert).not.toBe(own);
    expect(found.names).toEqual([DOMAIN, "www.example.org"]);
    expect([...directory.accounts.values()].map(({ contact }) => contact)).toEqual([["mailto:me@example.org"]]);
  });

  test("account and certificate are kept in a folder for nobody else, and serve after a restart without a question", async () => {
    const { directory, start, obtained, kept, pass } = await world();
    const first = await start();
    const found = await obtained(first);
    const folder = await kept();
    for (const name of await readdir(folder))
      expect([name, (await stat(join(folder, name))).mode & 0o777]).toEqual([name, 0o600]);
    expect((await readdir(folder)).toSorted()).toEqual(["account.json", "account.key.pem", "certificate.pem"]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await first[Symbol.asyncDispose]();
    directory.asked.length = 0;
    const again = await start();
    expect(again.current).toMatchObject({ cert: found.cert, key: found.key });
    await pass(DAY);
    expect(orders(directory.asked)).toBe(0);
  });

  test("it is renewed when two thirds of its life are over, with the same account and a new key", async () => {
    const { directory, clock, start, obtained, next, pass } = await world();
    const source = await start();
    const first = await obtained(source);
    for (let day = 1; day < 60; day++) await pass(DAY);
    expect(orders(directory.asked)).toBe(1);
    await pass(DAY);
    const second = (await next()) as Certificate;
    expect(second.notAfter - clock.time).toBeGreaterThan(89 * DAY);
    expect(second.key).not.toBe(first.key);
    expect(directory.accounts.size).toBe(1);
  });

  test("a name that was added is reason for a new one; until then the kept one is served", async () => {
    const { start, obtained } = await world();
    const first = await start();
    const { cert } = await obtained(first);
    await first[Symbol.asyncDispose]();
    const second = await start({ domains: [DOMAIN, "new.example.org"] });
    expect(second.current.cert).toBe(cert);
    expect((await obtained(second)).names).toEqual([DOMAIN, "new.example.org"]);
  });

  test("a kept one that has expired while the server was off is not served, and replaced", async () => {
    const { start, obtained, clock } = await world();
    const first = await start();
    const { cert } = await obtained(first);
    await first[Symbol.asyncDispose]();
    clock.advance(91 * DAY);
    const second = await start();
    expect(second.current.cert).not.toBe(cert);
    expect(second.current.names).toContain("localhost");
    expect((await obtained(second)).names).toEqual([DOMAIN]);
  });

  test("another directory has a folder of its own", async () => {
    const { start, obtained, folder, directory } = await world();
    const first = await start();
    await obtained(first);
    await first[Symbol.asyncDispose]();
    const second = await start({ directory: `${directory.url}?other` });
    expect(second.current.names).toContain("localhost");
    expect(await readdir(join(folder.path, "acme"))).toHaveLength(2);
  });

  test("an account that the directory forgot is made anew", async () => {
    const { start, obtained, directory, next, pass } = await world();
    const source = await start();
    await obtained(source);
    directory.accounts.clear();
    await pass(60 * DAY);
    expect(await next()).toMatchObject({ names: [DOMAIN] });
    expect(directory.accounts.size).toBe(1);
  });

  test("a changed address is told to the directory", async () => {
    const { start, obtained, directory, next, pass } = await world();
    const first = await start();
    await obtained(first);
    await first[Symbol.asyncDispose]();
    await start({ email: "new@example.org" });
    await pass(60 * DAY);
    expect(await next()).toMatchObject({ names: [DOMAIN] });
    expect([...directory.accounts.values()].map(({ contact }) => contact)).toEqual([["mailto:new@example.org"]]);
  });

  test("a nonce that is refused again and again is replaced each time", async () => {
    const { start, obtained, directory } = await world();
    directory.problems.set("new-order", [
      { type: "badNonce", status: 400 },
      { type: "badNonce", status: 400 },
      { type: "badNonce", status: 400 },
    ]);
    await obtained(await start());
    expect(orders(directory.asked)).toBe(4);
  });

  test("a damaged certificate is replaced, a damaged account key is not", async () => {
    const { start, obtained, kept } = await world();
    const first = await start();
    await obtained(first);
    await first[Symbol.asyncDispose]();
    await writeFile(join(await kept(), "certificate.pem"), "hello");
    const second = await start();
    await obtained(second);
    await second[Symbol.asyncDispose]();
    const path = join(await kept(), "account.key.pem");
    await writeFile(path, "hello");
    await expect(start()).rejects.toThrow(
      `${path} is not an ECDSA P-256 key: restore it from a backup, or remove it to begin a new account.`,
    );
  });

  test("one that the listener does not take is offered again, not obtained again", async () => {
    const each = await world();
    each.taken = () => {
      throw new Error("the listener is busy");
    };
    const source = await each.start();
    await each.pass(1000);
    expect(String(await each.next())).toContain("the listener is busy");
    each.taken = () => {};
    await source.check();
    expect(await each.next()).toMatchObject({ names: [DOMAIN] });
    expect(orders(each.directory.asked)).toBe(1);
  });

  test("a directory that takes its time is asked again when it wants to be", async () => {
    const { start, directory, pass, next, clock } = await world();
    directory.slow = 3;
    await start();
    expect(await pass(1000)).toBe(750);
    expect(await pass(750)).toBe(1125);
    directory.retryAfter = "7";
    expect(await pass(1125)).toBe(7000);
    directory.retryAfter = undefined;
    clock.advance(7000);
    expect(await next()).toMatchObject({ names: [DOMAIN] });
  });

  test("a directory that never decides is given up", async () => {
    const { start, directory, pass, next, said } = await world();
    directory.slow = Infinity;
    await start();
    for (let ms = await pass(1000); said.waiting.length === 0;) ms = await pass(ms);
    expect(String(await next())).toContain("it did not come to a decision in time");
  });

  test("ending in the middle of an order ends at once and says nothing", async () => {
    const { start, directory, pass, said } = await world();
    directory.slow = Infinity;
    const source = await start();
    expect(await pass(1000)).toBe(750);
    await source[Symbol.asyncDispose]();
    expect(said.waiting).toEqual([]);
  });
});

describe("what the directory suggests (RFC 9773)", () => {
  test("a window that is over renews now, and the order names what it replaces", async () => {
    const { start, obtained, directory, clock, next, pass } = await world();
    const source = await start();
    const { cert } = await obtained(source);
    directory.renewal = { start: clock.time - 2 * DAY, end: clock.time - DAY };
    await pass(DAY);
    expect(await next()).toMatchObject({ names: [DOMAIN] });
    expect(directory.orders.map(({ replaces }) => replaces)).toEqual([undefined, await certificateId(cert)]);
    expect(await certificateId(cert)).toMatch(/^[\w-]{27}\.AI[\w-]+$/);
    // It still says so of the new one: that is renewed a day later.
    for (let quarter = 1; quarter < 4; quarter++) await pass(6 * HOUR);
    expect(orders(directory.asked)).toBe(2);
    await pass(6 * HOUR);
    expect(orders(directory.asked)).toBe(3);
  });

  test("a hint that the directory refuses is left out", async () => {
    const { start, obtained, directory, clock, next, pass } = await world();
    await obtained(await start());
    directory.renewal = { start: clock.time - 2 * DAY, end: clock.time - DAY };
    directory.problems.set("new-order", [{ type: "alreadyReplaced", status: 409 }]);
    await pass(DAY);
    expect(await next()).toMatchObject({ names: [DOMAIN] });
    expect(directory.orders.map(({ replaces }) => replaces)).toEqual([undefined, undefined]);
  });

  test("a window to come is waited for", async () => {
    const { start, obtained, directory, clock, next, pass } = await world();
    await obtained(await start());
    directory.renewal = { start: clock.time + 10 * DAY, end: clock.time + 11 * DAY };
    for (let quarter = 1; quarter < 40; quarter++) await pass(6 * HOUR);
    expect(orders(directory.asked)).toBe(1);
    await pass(6 * HOUR);
    expect(await next()).toMatchObject({ names: [DOMAIN] });
  });
});

describe("without a certificate", () => {
  const sentence = async (problem: object, resource = "new-order") => {
    const each = await world();
    each.directory.problems.set(resource, [problem as never]);
    await each.start();
    await each.pass(1000);
    const error = (await each.next()) as CertificateError;
    expect(error).toBeInstanceOf(CertificateError);
    expect(error.code).toBe("not-issued");
    return error.message.replaceAll(new URL(each.directory.url).host, "ca.example").replaceAll(String(each.httpPort), "PORT");
  };
  const NEXT = " The next attempt is on 2026-11-20 00:03 UTC.";

  test.each([
    [
      { type: "rateLimited", status: 429, detail: "too many\ncertificates.", headers: { "retry-after": "7200" } },
      "ca.example issues no more for now (too many certificates): nothing to do but wait until 2026-11-20 02:00 UTC; to try things out, set tls.acme.directory to letsencrypt-staging. The next attempt is on 2026-11-20 02:00 UTC.",
    ],
    [
      { type: "rejectedIdentifier", detail: "policy" },
      `ca.example does not issue for ${DOMAIN} (policy): check tls.domains for a public name of your own.${NEXT}`,
    ],
    [
      { type: "externalAccountRequired" },
      `ca.example only serves accounts made at its own web page (external account binding), which is not supported: choose another tls.acme.directory.${NEXT}`,
    ],
    [
      {
        type: "userActionRequired",
        headers: { link: '<https://ca.example/index>;rel="index", <https://ca.example/terms>;rel="terms-of-service"' },
      },
      `ca.example wants something to be agreed to: visit https://ca.example/terms.${NEXT}`,
    ],
    [{ type: "serverInternal", status: 500 }, `ca.example has a fault of its own: nothing to do but wait.${NEXT}`],
    [
      { type: "", status: 503, page: "<h1>Busy</h1>", headers: { "retry-after": "600" } },
      "ca.example has a fault of its own (status 503): nothing to do but wait. The next attempt is on 2026-11-20 00:10 UTC.",
    ],
    [
      { type: "", status: 404, page: "<h1>Not found</h1>" },
      `The certificate authority at ca.example could not be talked to (it answered with the status 404): check tls.acme.directory.${NEXT}`,
    ],
    [{ type: "somethingNew", detail: "odd" }, `ca.example gave no certificate for ${DOMAIN}: somethingNew (odd).${NEXT}`],
  ])("%p is told in a sentence", async (problem, told) => {
    expect(await sentence(problem)).toBe(told);
  });

  test.each([
    [
      "dns",
      "no A record",
      `The name ${DOMAIN} could not be looked up by ca.example (no A record): give it an A or AAAA record with the public address of this machine.`,
    ],
    [
      "connection",
      "timeout",
      `Port 80 of ${DOMAIN} could not be reached by ca.example (timeout): the name must lead to this machine, and the firewall or router must let port 80 through to port PORT here.`,
    ],
    [
      "unauthorized",
      "404",
      `Somebody else answers at http://${DOMAIN} (404): its A and AAAA records must lead to this machine and to no other, and a proxy before it must pass /.well-known/acme-challenge/ on to port PORT here.`,
    ],
    [
      "caa",
      "forbidden",
      `ca.example may not issue for ${DOMAIN} (forbidden): allow it in the CAA record of the name, or take the record away.`,
    ],
  ])("a validation that ends with %s is told with its remedy", async (type, detail, told) => {
    const each = await world();
    each.directory.invalid = { type, detail };
    await each.start();
    await each.pass(1000);
    const { message } = (await each.next()) as CertificateError;
    expect(message.replaceAll(new URL(each.directory.url).host, "ca.example").replaceAll(String(each.httpPort), "PORT")).toBe(
      told + NEXT,
    );
  });

  test("a directory that is down is asked again after minutes, then hours, then once a day", async () => {
    const { start, directory, pass, next, said } = await world();
    const source = await start();
    await directory[Symbol.asyncDispose]();
    const waits: number[] = [];
    let ms = await pass(1000);
    for (let failure = 1; failure <= 11; failure++) {
      expect(String(await next())).toContain("could not be reached: ECONNREFUSED: check this machine's way to the internet");
      let waited = 0;
      // No sleep is longer than six hours.
      for (; said.waiting.length === 0; ms = await pass(ms)) waited += ms;
      waits.push(waited / MINUTE);
    }
    expect(waits).toEqual([3.75, 7.5, 15, 30, 60, 120, 240, 480, 960, 1080, 1080]);
    expect(source.current.names).toContain(DOMAIN);
  });

  test("a clock that is wrong is named, and nothing is ordered", async () => {
    const { start, directory, clock, next, pass } = await world();
    directory.date = clock.time + 3 * HOUR;
    await start();
    await pass(1000);
    expect(String(await next())).toContain("This machine's clock is about 3 hours behind that of 127.0.0.1");
    expect(orders(directory.asked)).toBe(0);
  });

  test("a directory that is not trusted is named with the setting", async () => {
    const { start, next, pass } = await world({ ca: "" });
    await start();
    await pass(1000);
    expect(String(await next())).toMatch(
      /The certificate of 127\.0\.0\.1:\d+ is not trusted \(\w+\): .* name its root certificate in tls\.acme\.ca\./,
    );
  });

  test("a directory that speaks another language is named with the setting", async () => {
    const { start, next, directory, pass } = await world();
    await start({ directory: directory.url.replace("/directory", "/nonce") });
    await pass(1000);
    expect(String(await next())).toContain("check tls.acme.directory.");
  });

  test.each([
    ["https://10.0.0.7/new-order", "10.0.0.7 leads to an address that is not public: check tls.acme.directory."],
    ["http://ca.example/new-order", "(its answer is not what RFC 8555 says): check tls.acme.directory."],
  ])("a directory that sends us to %p is not obeyed", async (newOrder, told) => {
    const { start, pass, next, directory } = await world();
    directory.newOrder = newOrder;
    await start();
    await pass(1000);
    expect(String(await next())).toContain(told);
  });

  test("an occupied HTTP port is named with the setting, and the server serves on", async () => {
    const each = await world();
    using _ = Bun.listen({ hostname: "127.0.0.1", port: each.httpPort, socket: { data() {} } }) as never as Disposable;
    const source = await each.start();
    await each.pass(1000);
    expect(String(await each.next())).toContain(
      `Port ${each.httpPort} is in use by another program: choose another with tls.acme.http_port, or stop it.`,
    );
    expect(source.current.names).toContain(DOMAIN);
  });

  test("a certificate without the name is not taken for a success", async () => {
    const { start, directory, next, pass } = await world();
    directory.names = ["other.example.org"];
    await start();
    await pass(1000);
    expect(await next()).toMatchObject({ names: ["other.example.org"] });
    expect(String(await next())).toContain("its certificate is for other.example.org");
  });

  test("asked again by hand it tries at once, unless the directory said until when not to", async () => {
    const { start, directory, next, pass, naps } = await world();
    directory.problems.set("new-order", [
      { type: "serverInternal", status: 500 },
      { type: "rateLimited", status: 429, headers: { "retry-after": "7200" } },
    ]);
    const source = await start();
    await pass(1000);
    await next();
    await source.check();
    await naps.next();
    expect(String(await next())).toContain("until 2026-11-20 02:00 UTC");
    await source.check();
    await naps.next();
    expect(orders(directory.asked)).toBe(2);
    await pass(2 * HOUR);
    expect(await next()).toMatchObject({ names: [DOMAIN] });
  });
});

test("a folder that cannot be made is a sentence at the start", async () => {
  const { start, folder } = await world();
  await writeFile(join(folder.path, "acme"), "");
  await expect(start()).rejects.toThrow(/could not be kept in .*acme.*Make the folder writable/);
});
