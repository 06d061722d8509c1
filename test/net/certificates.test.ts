import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { systemTimers } from "../../src/kernel/clock.ts";
import { systemRandomness } from "../../src/kernel/ids.ts";
import { type Certificate, CertificateError } from "../../src/net/certificate.ts";
import { type CertificateSource, openCertificates, type TlsSettings } from "../../src/net/certificates.ts";
import { openListener } from "../../src/net/listener.ts";
import { generateKey, issueCertificate, namesOfThisHost } from "../../src/net/self-signed.ts";

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 10, 20);
const NAMES = { required: ["localhost", "127.0.0.1", "::1", "chat.example"], alsoNow: ["2001:db8::7"] };

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "certificates-"))));
afterEach(() => rm(folder, { recursive: true }));

/** For what only an authority needs. */
const acmeOnly = { timers: systemTimers, random: systemRandomness };

/** A source with a clock that the test moves, and everything it said. */
async function source(settings: TlsSettings, start = START) {
  const said: (Certificate | CertificateError)[] = [];
  let wake = () => {};
  const hear = (what: Certificate | CertificateError) => {
    said.push(what);
    wake();
  };
  const clock = { at: start };
  const opened = (await openCertificates(settings, {
    now: () => clock.at,
    changed: hear,
    refused: hear,
    quietMs: 5,
    ...acmeOnly,
  })) as CertificateSource;
  const next = async () => {
    while (said.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return said.shift() as Certificate | CertificateError;
  };
  return { opened, clock, said, next, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

const issue = async (now = START) => {
  const key = await generateKey();
  return { key, cert: await issueCertificate(key, NAMES, now) };
};
const refusal = async (settings: TlsSettings) => {
  try {
    await using _ = await source(settings);
  } catch (error) {
    if (error instanceof CertificateError) return error;
    throw error;
  }
  throw new Error("it opened");
};

test("mode off has no certificate", async () => {
  expect(await openCertificates({ mode: "off" }, { now: () => START, changed() {}, refused() {}, ...acmeOnly })).toBeUndefined();
});

describe("certificate files", () => {
  const paths = () => ({ mode: "files" as const, cert: join(folder, "cert.pem"), key: join(folder, "key.pem") });
  const put = async ({ cert, key }: { cert: string; key: string }) => {
    await Bun.write(paths().cert, cert);
    await Bun.write(paths().key, key);
  };
  const replace = async (path: string, text: string) => {
    const fresh = join(await mkdtemp(join(folder, "fresh-")), "file");
    await Bun.write(fresh, text);
    await rename(fresh, path);
  };

  test("a valid pair is read, with its fingerprint, names and dates", async () => {
    const chain = await issue();
    await put({ key: chain.key, cert: chain.cert + (await issue()).cert });
    await using files = await source(paths());
    const { fingerprint, names, notBefore, notAfter, key } = files.opened.current;
    expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(names).toEqual(["localhost", "127.0.0.1", "::1", "chat.example", "2001:db8::7"]);
    expect([notBefore, notAfter]).toEqual([START - DAY, START + 819 * DAY]);
    expect(key).toBe(chain.key);
  });

  test("a missing, foreign, damaged, encrypted or huge file is named, with the remedy", async () => {
    const { cert, key } = paths();
    expect((await refusal(paths())).message).toBe(
      `The certificate ${cert} could not be read: there is no such file: check the path.`,
    );
    const pair = await issue();
    await put({ cert: "hello", key: pair.key });
    expect((await refusal(paths())).message).toBe(`${cert} is not a certificate in PEM form.`);
    await put({ cert: pair.cert, key: "hello" });
    expect((await refusal(paths())).message).toBe(`${key} is not a private key in PEM form.`);
    await put({ cert: pair.cert, key: (await issue()).key });
    expect((await refusal(paths())).message).toBe(
      `The key ${key} does not belong to the certificate ${cert}: give the two files that were issued together, the server's own certificate first.`,
    );
    await put({ cert: pair.cert, key: pair.key.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY") });
    expect((await refusal(paths())).message).toContain("is protected by a passphrase");
    await put({ cert: "x".repeat(1024 * 1024 + 1), key: pair.key });
    expect((await refusal(paths())).message).toContain("too large");
    expect((await refusal({ mode: "files", cert: folder, key })).message).toContain("is not a file: give the file.");
  });

  test("an expired certificate is refused with its date", async () => {
    await put(await issue(START - 900 * DAY));
    const error = await refusal(paths());
    expect(error.code).toBe("expired");
    expect(error.message).toContain("expired on Aug 31 00:00:00 2026 GMT: renew it.");
  });

  test("a new pair is taken when both files are there, though they are written one after the other", async () => {
    const [first, second] = [await issue(), await issue(START + 1)];
    await put(first);
    await using files = await source(paths());
    await replace(paths().cert, second.cert);
    const halfway = await files.next();
    expect(halfway).toMatchObject({ code: "mismatch" });
    expect(files.opened.current.cert).toBe(first.cert);
    await replace(paths().key, second.key);
    expect(await files.next()).toMatchObject(second);
    expect(files.opened.current).toMatchObject(second);
    expect(files.said).toEqual([]);
  });

  test("links that lead to another pair are noticed, as certbot and Kubernetes set them", async () => {
    const [first, second] = [await issue(), await issue(START + 1)];
    for (const [name, pair] of Object.entries({ first, second })) {
      await mkdir(join(folder, name));
      await Bun.write(join(folder, name, "tls.crt"), pair.cert);
      await Bun.write(join(folder, name, "tls.key"), pair.key);
    }
    await symlink("first", join(folder, "..data"));
    for (const file of ["tls.crt", "tls.key"]) await symlink(join("..data", file), join(folder, file));
    await using files = await source({ mode: "files", cert: join(folder, "tls.crt"), key: join(folder, "tls.key") });
    await symlink("second", join(folder, "..data_new"));
    await rename(join(folder, "..data_new"), join(folder, "..data"));
    expect(await files.next()).toMatchObject(second);
  });

  test("a bad pair is refused once, whoever asks, and a good one is taken after it", async () => {
    const [first, second] = [await issue(), await issue(START + 1)];
    await put(first);
    await using files = await source(paths());
    await unlink(paths().key);
    await files.opened.check();
    await files.opened.check();
    expect(files.said).toHaveLength(1);
    expect((files.said.shift() as CertificateError).message).toContain("there is no such file");
    await put(second);
    await files.opened.check();
    expect(files.opened.current.cert).toBe(second.cert);
  });

  test("what stops a pair from being put to use is a refusal, and is tried again", async () => {
    const [first, second] = [await issue(), await issue(START + 1)];
    await put(first);
    const refused: CertificateError[] = [];
    let broken = true;
    await using files = (await openCertificates(paths(), {
      ...acmeOnly,
      now: () => START,
      changed() {
        if (broken) throw new Error("no more file descriptors");
      },
      refused: (error) => refused.push(error),
      quietMs: 60_000,
    })) as CertificateSource;
    await put(second);
    await files.check();
    expect(refused.map((error) => error.message)).toEqual([
      "The new certificate could not be put to use: no more file descriptors.",
    ]);
    expect(files.current.cert).toBe(first.cert);
    broken = false;
    await files.check();
    expect(files.current.cert).toBe(second.cert);
  });
});

describe("a certificate of our own", () => {
  const settings = (required = NAMES.required) => ({
    mode: "self" as const,
    folder: join(folder, "tls"),
    names: { ...NAMES, required },
  });
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  test("is made once, with a key nobody else may read, and kept", async () => {
    await using first = await source(settings());
    expect(await modeOf(join(folder, "tls"))).toBe("700");
    expect(await modeOf(join(folder, "tls", "self-signed.key.pem"))).toBe("600");
    expect((await readdir(join(folder, "tls"))).toSorted()).toEqual(["self-signed.cert.pem", "self-signed.key.pem"]);
    await chmod(join(folder, "tls", "self-signed.key.pem"), 0o644);
    await using second = await source(settings());
    expect(second.opened.current).toEqual(first.opened.current);
    expect(await modeOf(join(folder, "tls", "self-signed.key.pem"))).toBe("600");
  });

  test("is renewed with the same key near its end, and not before", async () => {
    await using own = await source(settings());
    const first = own.opened.current;
    own.clock.at = first.notAfter - 31 * DAY;
    await own.opened.check();
    expect(own.opened.current).toEqual(first);
    await chmod(join(folder, "tls", "self-signed.key.pem"), 0o644);
    own.clock.at = first.notAfter - 29 * DAY;
    await own.opened.check();
    expect(own.said).toEqual([own.opened.current]);
    expect(own.opened.current.notAfter).toBe(own.clock.at + 819 * DAY);
    expect(own.opened.current.fingerprint).not.toBe(first.fingerprint);
    expect(own.opened.current.key).toBe(first.key);
    expect(await modeOf(join(folder, "tls", "self-signed.key.pem"))).toBe("600");
  });

  test("is renewed when a name is added, not when an address that changes every day does", async () => {
    await using first = await source(settings());
    await using same = await source({ ...settings(), names: { ...NAMES, alsoNow: ["2001:db8::8"] } });
    expect(same.opened.current).toEqual(first.opened.current);
    await using more = await source(settings([...NAMES.required, "Garden.Example"]));
    expect(more.opened.current.names).toContain("garden.example");
    await using fewer = await source(settings());
    expect(fewer.opened.current).toEqual(more.opened.current);
  });

  test("is made anew when its files are damaged or foreign", async () => {
    await using first = await source(settings());
    await Bun.write(join(folder, "tls", "self-signed.cert.pem"), "hello");
    await using second = await source(settings());
    expect(second.opened.current.key).toBe(first.opened.current.key);
    await Bun.write(join(folder, "tls", "self-signed.key.pem"), "hello");
    await using third = await source(settings());
    expect(third.opened.current.key).not.toBe(first.opened.current.key);
  });

  test("a folder that cannot be made is said in a sentence", async () => {
    await Bun.write(join(folder, "tls"), "a file in the way");
    const error = await refusal(settings());
    expect(error.code).toBe("unwritable");
    expect(error.message).toContain("Make the folder writable for the server's user.");
  });

  test("is accepted by a client that trusts it, by name and by address, and by nobody else", async () => {
    // The client reads the real clock, so the certificate is issued for a day it is valid on.
    await using own = await source(settings(), (await stat(folder)).mtimeMs);
    const { cert, key, fingerprint } = own.opened.current;
    await using listener = await openListener({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert, key },
      http: () => new Response("hello"),
      failed() {},
      websocket: { path: "/", upgrade: () => ({}), message() {} },
    });
    const port = Number(listener.url.port);
    const shake = (servername: string, ca: string[]) =>
      new Promise<string>((resolve) => {
        const socket = connect({ host: "127.0.0.1", port, servername, ca }, () => {
          resolve(socket.authorized ? socket.getPeerCertificate().fingerprint256 : "refused");
          socket.destroy();
        });
        socket.on("error", (error: Error & { code?: string }) => resolve(error.code ?? error.message));
      });
    expect(await shake("chat.example", [cert])).toBe(fingerprint);
    expect(await shake("other.example", [cert])).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await shake("chat.example", [])).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    const answer = await fetch(`https://127.0.0.1:${port}/`, { tls: { ca: cert } });
    expect(await answer.text()).toBe("hello");
    if (Bun.which("curl")) {
      const file = join(folder, "tls", "self-signed.cert.pem");
      const curl = Bun.spawn([
        "curl",
        "-sS",
        "--noproxy",
        "*",
        "--cacert",
        file,
        "--resolve",
        `chat.example:${port}:127.0.0.1`,
        `https://chat.example:${port}/`,
        `https://127.0.0.1:${port}/`,
      ]);
      expect(await new Response(curl.stdout).text()).toBe("hellohello");
    }
  });
});

describe("the names of this host", () => {
  test("hold localhost, both loopbacks and what was configured", () => {
    expect(namesOfThisHost(["Chat.Example", "10.1.2.3"]).required).toEqual(
      expect.arrayContaining(["localhost", "127.0.0.1", "::1", "chat.example", "10.1.2.3"]),
    );
  });

  test("a configured name that is none is refused by name", () => {
    for (const name of ["", "a b", "https://chat.example", "a..b", "x".repeat(300)])
      expect(() => namesOfThisHost([name])).toThrow("is not a host name");
    expect(() => namesOfThisHost(Array.from({ length: 33 }, (_, n) => `n${n}.example`))).toThrow("33");
  });
});
