import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { guardedFetch, GuardedFetchError, type GuardedFetchOptions, type GuardedRequest } from "../../src/net/guarded-fetch.ts";
import { generateKey, issueCertificate } from "../../src/net/self-signed.ts";

/** A stand-in for the internet on this host: it says what it was asked, and redirects as the path asks. */
let web: Bun.Server<undefined>;
let requests: string[] = [];
beforeAll(() => {
  web = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(req) {
      const url = new URL(req.url);
      requests.push(`${req.method} ${req.headers.get("host")}${url.pathname}`);
      if (url.pathname === "/redirect")
        return new Response("moved", {
          status: Number(url.searchParams.get("status") ?? 302),
          headers: { location: url.searchParams.get("to") ?? "" },
        });
      if (url.pathname === "/silent") return new Promise<Response>(() => {});
      if (url.pathname === "/trickle")
        return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) }));
      if (url.pathname === "/large") return new Response("x".repeat(Number(url.searchParams.get("bytes"))));
      if (url.pathname === "/endless")
        return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) }));
      if (url.pathname === "/bomb")
        return new Response(Bun.gzipSync(new Uint8Array(50_000_000)), { headers: { "content-encoding": "gzip" } });
      return Response.json({
        method: req.method,
        body: await req.text(),
        authorization: req.headers.get("authorization"),
        type: req.headers.get("content-type"),
      });
    },
  });
});
afterAll(() => web.stop(true));

/** `*.test` are names of the stand-in; every question to the name server is kept. */
function make(options: GuardedFetchOptions & { names?: Record<string, readonly string[]> } = {}) {
  const asked: string[] = [];
  const names: Record<string, readonly string[]> = {
    "web.test": ["127.0.0.1"],
    "other.test": ["127.0.0.1"],
    "private.test": ["10.0.0.1"],
    ...options.names,
  };
  const get = guardedFetch({
    allow: ["web.test", "other.test"],
    resolve: async (name) => {
      asked.push(name);
      if (!names[name]) throw new Error("NXDOMAIN");
      return names[name];
    },
    ...options,
  });
  return { get, asked };
}

const refusal = async (url: string, options?: Parameters<typeof make>[0], request?: GuardedRequest) => {
  try {
    await make(options).get(url, request);
  } catch (error) {
    if (error instanceof GuardedFetchError) return error;
    throw error;
  }
  throw new Error("it was fetched");
};
const at = (path: string, host = "web.test") => `http://${host}:${web.port}${path}`;
const count = async (run: () => Promise<unknown>) => {
  requests = [];
  await run();
  return requests.length;
};

describe("where a request may go", () => {
  test("a name is resolved once, connected to at that address, and asked for under its own name", async () => {
    requests = [];
    const { get, asked } = make();
    const answer = await get(at("/hook"), { method: "POST", body: "{}", headers: { Host: "forged.test" } });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ method: "POST", body: "{}" });
    expect(asked).toEqual(["web.test"]);
    expect(requests).toEqual([`POST web.test:${web.port}/hook`]);
  });

  test.each([
    "http://127.0.0.1",
    "http://localhost.",
    "http://127.1",
    "http://2130706433",
    "http://0x7f000001",
    "http://017700000001",
    "http://0x7f.0.0.1",
    "http://0",
    "http://10.1.2.3",
    "http://172.31.0.1",
    "http://192.168.0.1",
    "http://100.64.0.1",
    "http://169.254.169.254",
    "http://192.0.2.1",
    "http://198.18.0.1",
    "http://224.0.0.1",
    "http://255.255.255.255",
    "http://[::1]",
    "http://[::]",
    "http://[::ffff:127.0.0.1]",
    "http://[::ffff:a00:1]",
    "http://[::127.0.0.1]",
    "http://[fe80::1]",
    "http://[fd00:ec2::254]",
    "http://[ff02::1]",
    "http://[64:ff9b::7f00:1]",
    "http://[2002:7f00:1::]",
    "http://[2001:0:7f00:1::]",
    "http://[2001:db8::1]",
    "http://127.0.0.1.",
    "http://１２７.0.0.1",
    "http://127。0。0。1",
    "https://127.0.0.1",
  ])("%s is not on the public internet", async (url) => {
    const names = { localhost: ["127.0.0.1"] };
    expect(
      await count(async () => expect((await refusal(`${url}:${web.port}/`, { names })).code).toBe("forbidden-address")),
    ).toBe(0);
  });

  test.each(["ftp://web.test/", "file:///etc/passwd", "data:,x", "javascript:1", "web.test", "", "http://", "//web.test/"])(
    "%s is not an address of the web",
    async (url) => {
      expect((await refusal(url)).code).toBe("bad-url");
    },
  );

  test("a user name in the address is refused: it hides which host is meant", async () => {
    for (const url of ["http://web.test@127.0.0.1/", "http://user:pass@web.test/", "http://web.test%40127.0.0.1@10.0.0.1/"]) {
      const error = await refusal(url);
      expect(error.code).toBe("bad-url");
      expect(error.message).not.toContain("pass@");
    }
    expect((await refusal("http://127.0.0.1\\@web.test/")).code).toBe("forbidden-address");
  });

  test("a name with one private address among public ones is refused", async () => {
    for (const addresses of [
      ["10.0.0.1"],
      ["93.184.215.14", "127.0.0.1"],
      ["2606:4700::1", "::ffff:169.254.169.254"],
      ["fe80::1%eth0"],
      ["nonsense"],
    ]) {
      expect((await refusal("http://mixed.test/", { names: { "mixed.test": addresses } })).code).toBe("forbidden-address");
    }
  });

  test("a name server that changes its mind is not asked again", async () => {
    const answers = [["127.0.0.1"], ["10.0.0.1"]];
    const asked: string[] = [];
    const get = guardedFetch({
      allow: ["rebind.test"],
      resolve: async (name) => (asked.push(name), answers[asked.length - 1] ?? []),
    });
    expect((await get(at("/", "rebind.test"))).status).toBe(200);
    expect(asked).toEqual(["rebind.test"]);
  });

  test("the allow list names a host, or a host with its port, and nothing like it", async () => {
    const names = { "jitsi.lan": ["127.0.0.1"], "my.jitsi.lan": ["127.0.0.1"] };
    for (const allow of ["jitsi.lan", "JITSI.lan.", `jitsi.lan:${web.port}`]) {
      expect((await make({ allow: [allow], names }).get(at("/", "Jitsi.LAN."))).status).toBe(200);
      expect((await refusal(at("/", "my.jitsi.lan"), { allow: [allow], names })).code).toBe("forbidden-address");
    }
    expect((await refusal(at("/", "jitsi.lan"), { allow: ["jitsi.lan:1"], names })).code).toBe("forbidden-address");
    expect((await make({ allow: ["127.0.0.1"] }).get(at("/", "2130706433"))).status).toBe(200);
    expect((await refusal(at("/", "127.0.0.1"), { allow: ["jitsi.lan"] })).code).toBe("forbidden-address");
  });

  test("a proxy named in the environment is not used", async () => {
    const before = { ...process.env };
    // A reserved port: the request would fail there.
    process.env.http_proxy = process.env.HTTP_PROXY = "http://127.0.0.1:1";
    process.env.no_proxy = process.env.NO_PROXY = "";
    try {
      expect((await make().get(at("/"))).status).toBe(200);
    } finally {
      for (const name of ["http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"]) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });

  test("an entry of the allow list that is no host is named", () => {
    for (const entry of ["http://jitsi.lan", "", "a/b", "user@host", "fd00::7"])
      expect(() => guardedFetch({ allow: [entry] })).toThrow("is not a host");
  });

  test("a name without an address is said to be one", async () => {
    expect((await refusal("http://nowhere.test/")).message).toBe("The name nowhere.test could not be resolved.");
    expect((await refusal("http://empty.test/", { names: { "empty.test": [] } })).code).toBe("unresolved");
  });

  test("the next address is tried when the first does not answer, and the last failure is told", async () => {
    // Nothing listens on the stand-in's port of the second loopback address.
    const names = { "web.test": ["127.0.0.2", "127.0.0.1"] };
    expect((await make({ names }).get(at("/"))).status).toBe(200);
    expect((await refusal(at("/?secret"), { names: { "web.test": ["127.0.0.2"] } })).message).toMatch(
      /^web\.test could not be reached: \w+\.$/,
    );
  });
});

describe("redirects", () => {
  const redirect = (to: string, status = 302) => at(`/redirect?status=${status}&to=${encodeURIComponent(to)}`);

  test("are not followed unless asked for", async () => {
    expect(await count(async () => expect((await refusal(redirect("/"))).code).toBe("redirected"))).toBe(1);
  });

  test("to a private address are refused, however it is written", async () => {
    for (const to of [
      "http://169.254.169.254/latest/meta-data",
      "http://private.test/",
      `//127.1:${web.port}/`,
      "http://[::ffff:10.0.0.1]/",
    ]) {
      expect(
        await count(async () => expect((await refusal(redirect(to), { redirects: 3 })).code).toBe("forbidden-address")),
      ).toBe(1);
    }
    expect((await refusal(redirect("file:///etc/passwd"), { redirects: 3 })).code).toBe("bad-url");
    expect((await refusal(redirect("http://user@web.test/"), { redirects: 3 })).code).toBe("bad-url");
  });

  test("are counted", async () => {
    const twice = redirect(redirect("/end"));
    expect((await make({ redirects: 2 }).get(twice)).url.pathname).toBe("/end");
    expect((await refusal(twice, { redirects: 1 })).code).toBe("redirected");
    expect((await refusal(redirect(""), { redirects: 0 })).code).toBe("redirected");
  });

  test("to another host do not carry credentials there", async () => {
    const headers = { Authorization: "Bearer secret" };
    expect((await make({ redirects: 1 }).get(redirect("/"), { headers })).json()).toMatchObject({
      authorization: "Bearer secret",
    });
    expect((await make({ redirects: 1 }).get(redirect(at("/", "other.test")), { headers })).json()).toMatchObject({
      authorization: null,
    });
  });

  test("turn a POST into a GET as RFC 9110 says, or keep it", async () => {
    const post = { method: "POST", body: "x", headers: { "content-type": "text/x" } };
    expect((await make({ redirects: 1 }).get(redirect("/", 303), post)).json()).toMatchObject({
      method: "GET",
      body: "",
      type: null,
    });
    expect((await make({ redirects: 1 }).get(redirect("/", 307), post)).json()).toMatchObject({
      method: "POST",
      body: "x",
      type: "text/x",
    });
  });
});

describe("bounds", () => {
  test("an answer above the limit is refused, announced, endless or compressed", async () => {
    expect((await make({ maxBodyBytes: 5000 }).get(at("/large?bytes=5000"))).body).toHaveLength(5000);
    for (const path of ["/large?bytes=5001", "/endless", "/bomb"])
      expect((await refusal(at(path), { maxBodyBytes: 5000 })).code).toBe("too-large");
  });

  test("a server or a name server that does not answer is given up", async () => {
    for (const path of ["/silent", "/trickle"]) expect((await refusal(at(path), { timeoutMs: 30 })).code).toBe("timed-out");
    expect((await refusal(at("/"), { timeoutMs: 30, resolve: () => new Promise(() => {}) })).code).toBe("timed-out");
  });

  test("the caller can give up", async () => {
    const reason = new Error("the server stops");
    await expect(make().get(at("/silent"), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

test("over https the certificate must be the name's, though the connection goes to its address", async () => {
  // The client reads the real clock.
  const key = await generateKey();
  const cert = await issueCertificate(key, { required: ["web.test", "127.0.0.1"], alsoNow: [] }, Date.now());
  await using secure = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { key, cert },
    fetch: (req) => new Response(req.headers.get("host")),
  });
  expect((await make({ ca: cert }).get(`https://web.test:${secure.port}/`)).text()).toBe(`web.test:${secure.port}`);
  expect((await make({ ca: cert, allow: ["127.0.0.1"] }).get(`https://127.0.0.1:${secure.port}/`)).status).toBe(200);
  expect((await refusal(`https://other.test:${secure.port}/`, { ca: cert })).message).toBe(
    "other.test could not be reached: ERR_TLS_CERT_ALTNAME_INVALID.",
  );
  expect((await refusal(`https://web.test:${secure.port}/`)).code).toBe("unreachable");
});
