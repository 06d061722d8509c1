import { describe, expect, test } from "bun:test";
import { filesScene, told } from "../../support/files.ts";
import { transcriptRotur } from "../../support/rotur.ts";
import { gif, jpeg, jpegSegment, exif, png, withSegments } from "../../support/pictures.ts";

const JSON_TYPE = { "content-type": "application/json" };
const MP3 = Buffer.concat([Buffer.from("ID3\x04\0\0\0\0\0\0", "latin1"), Buffer.alloc(500, 7)]);

// deviation: upload-token
describe("an upload as the web client sends it (reference/originchats.md §4.2)", () => {
  test("is answered with the attachment, whose complete address shows it", async () => {
    const { member, upload, ask } = await filesScene();
    const response = await upload(await member("alice"), png(4, 4), { name: "a.png" });
    expect(response.status).toBe(201);
    const { attachment, permanent }: any = await response.json();
    expect(attachment).toMatchObject({ name: "a.png", mime_type: "image/png", width: 4, height: 4, permanent: false });
    expect(attachment.url).toBe(`http://chat.test/attachments/${attachment.id}`);
    expect(attachment.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(permanent).toBe(false);
    const shown = await ask("GET", `/attachments/${attachment.id}`);
    expect(shown.status).toBe(200);
    expect(shown.headers.get("content-type")).toBe("image/png");
    expect((await shown.bytes()).length).toBe(attachment.size);
  });

  // deviation: upload-base64
  test("is refused in the reference's words", async () => {
    const { app, member, upload, ask } = await filesScene({ attachments: { max_size: 1000 } });
    const alice = await member("alice");
    const bytes = png(4, 4);
    const post = (body: BodyInit, headers: Record<string, string> = JSON_TYPE) =>
      ask("POST", "/attachments/upload", { headers, body }).then(told);
    expect(await post("x", { "content-type": "text/plain" })).toEqual([415, "Content-Type must be application/json"]);
    expect(await post("nope")).toEqual([400, "Invalid JSON body"]);
    expect(await post(`{"file":"x"}`)).toEqual([400, "Missing required fields: file, name, mime_type, channel"]);
    expect(await told(await upload({ token: "" }, bytes))).toEqual([
      401,
      "validator_key and validator are required for authentication",
    ]);
    expect(await told(await upload({ token: "made up" }, bytes))).toEqual([401, "Invalid credentials"]);
    expect(await told(await upload(alice, bytes, { channel: "nosuch" }))).toEqual([404, "Channel does not exist"]);
    expect(await told(await upload(alice, bytes, { file: "data:image/png;base64,***" }))).toEqual([
      400,
      "The file is not valid base64",
    ]);
    expect(await told(await upload(alice, Buffer.alloc(1001)))).toEqual([415, expect.stringContaining("octet-stream")]);
    expect(await told(await upload(alice, Buffer.concat([MP3, MP3, MP3])))).toEqual([
      413,
      "Request body too large (max 1000 bytes)",
    ]);
    expect(await told(await upload(alice, Buffer.alloc(100_000)))).toEqual([413, "Request body too large (max 1000 bytes)"]);
    app.settings = { ...app.settings, attachments: { ...app.settings.attachments, enabled: false } };
    expect(await told(await upload(alice, bytes))).toEqual([503, "Attachments are disabled"]);
    expect(await told(await ask("GET", "/attachments/nosuch"))).toEqual([503, "Attachments are disabled"]);
  });

  test("is the account's that the Rotur service confirms, if it is a member here", async () => {
    const { door, upload } = await filesScene({ auth_mode: "rotur" }, { fetch: transcriptRotur });
    const rosa = door.connect("rosa");
    const [handshake] = await rosa.ask({ cmd: "auth", validator: "ok:rosa" });
    const status = async (token: string) => {
      const response = await upload({ token }, png(4, 4), { validator_key: handshake!["val"].validator_key });
      return response.status === 201 ? 201 : told(response);
    };
    expect(await status("ok:rosa")).toBe(201);
    expect(await status("ok:stranger")).toEqual([401, "User not found"]);
    expect(await status("made up")).toEqual([401, "Invalid credentials"]);
    expect(await status("away")).toEqual([502, "Failed to validate credentials"]);
  });

  test("may have a shorter life than the settings give, never a longer one", async () => {
    const { app, member, upload } = await filesScene();
    const alice = await member("alice");
    const days = async (wished: unknown) => {
      const { attachment }: any = await (await upload(alice, png(4, 4), { expires_in_days: wished })).json();
      return (attachment.expires_at * 1000 - app.clock.now()) / 86_400_000;
    };
    expect(await days(undefined)).toBe(7);
    expect(await days(2)).toBe(2);
    expect(await days(400)).toBe(7);
    expect(await days(-1)).toBe(7);
    expect(await days("2")).toBe(7);
  });
});

// deviation: upload-raw
describe("an upload of the bytes alone", () => {
  const raw = (it: Awaited<ReturnType<typeof filesScene>>, token: string, query: string, body: BodyInit) =>
    it.ask("POST", `/attachments/upload?${query}`, {
      headers: { authorization: `Bearer ${token}`, "content-type": "audio/mpeg" },
      body,
    });

  test("is stored as it streams in", async () => {
    const it = await filesScene();
    const { token } = await it.member("alice");
    const chunks = [MP3.subarray(0, 3), MP3.subarray(3, 400), MP3.subarray(400)];
    const body = new ReadableStream({
      pull: (controller) => (chunks.length ? controller.enqueue(chunks.shift()) : controller.close()),
    });
    const response = await raw(it, token, "channel=general&name=song.mp3", body);
    expect(response.status).toBe(201);
    const { attachment }: any = await response.json();
    expect(attachment).toMatchObject({ name: "song.mp3", mime_type: "audio/mpeg", size: MP3.length });
    expect(await (await it.ask("GET", `/attachments/${attachment.id}`)).bytes()).toEqual(new Uint8Array(MP3));
  });

  test("needs a session's token, a channel and a name", async () => {
    const it = await filesScene();
    const { token } = await it.member("alice");
    expect(await told(await raw(it, "made-up", "channel=general&name=a", MP3))).toEqual([401, "Invalid credentials"]);
    expect(await told(await raw(it, token, "channel=general", MP3))).toEqual([
      400,
      "Missing required fields: file, name, channel",
    ]);
    expect(await told(await raw(it, token, "channel=nosuch&name=a", MP3))).toEqual([404, "Channel does not exist"]);
  });

  // deviation: upload-too-large
  test("beyond the limit is refused while it streams, and nothing of it stays", async () => {
    const it = await filesScene({ attachments: { max_size: 2000 } });
    const { token } = await it.member("alice");
    let given = 0;
    const body = new ReadableStream({
      pull: (controller) => (given++ < 100 ? controller.enqueue(MP3) : controller.close()),
    });
    expect(await told(await raw(it, token, "channel=general&name=a", body))).toEqual([
      413,
      "Request body too large (max 2000 bytes)",
    ]);
    expect(given).toBeLessThan(20);
    expect((await it.app.kernel.world.blobs.usage()).count).toBe(0);
  });
});

describe("what is served", () => {
  test("has ranges, an entity tag, and says until when it may be kept", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    const id = await it.uploaded(alice, MP3, { name: "song.mp3" });
    const get = (headers: Record<string, string>, method = "GET") => it.ask(method, `/attachments/${id}`, { headers });
    const whole = await get({});
    expect(whole.headers.get("cache-control")).toStartWith("public, max-age=3600");
    expect(whole.headers.get("accept-ranges")).toBe("bytes");
    const part = await get({ range: "bytes=0-2" });
    expect([part.status, await part.text(), part.headers.get("content-range")]).toEqual([206, "ID3", `bytes 0-2/${MP3.length}`]);
    expect((await get({ range: "bytes=9999-" })).status).toBe(416);
    expect((await get({ "if-none-match": whole.headers.get("etag")! })).status).toBe(304);
    const head = await get({}, "HEAD");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, String(MP3.length), ""]);
    for (const response of [whole, part, head]) expect(response.headers.get("access-control-allow-origin")).toBe("*");
    it.app.clock.advance(7 * 86_400_000 - 60_000);
    expect((await get({})).headers.get("cache-control")).toStartWith("public, max-age=60");
    it.app.clock.advance(60_000);
    expect(await told(await get({}))).toEqual([404, "Attachment not found or expired"]);
  });

  test("is a picture without what it told about its maker, and a small one beside it", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    const bytes = withSegments(await jpeg(900, 600), jpegSegment(0xe1, exif(1)));
    expect(bytes.includes("SecretMaker")).toBe(true);
    const { attachment }: any = await (await it.upload(alice, bytes, { name: "a.jpg", mime_type: "image/jpeg" })).json();
    const stored = Buffer.from(await (await it.ask("GET", `/attachments/${attachment.id}`)).bytes());
    expect(stored.includes("SecretMaker")).toBe(false);
    const small = await it.ask("GET", new URL(attachment.thumbnail).pathname);
    expect(small.headers.get("content-type")).toBe("image/webp");
    expect((await small.bytes()).length).toBeLessThan(stored.length);
  });

  test("is scaled down to the settings' bounds; frames of an animation stay", async () => {
    const it = await filesScene({ attachments: { compression: { max_width: 100, max_height: 100 } } });
    const alice = await it.member("alice");
    const { attachment }: any = await (await it.upload(alice, png(400, 200))).json();
    expect([attachment.width, attachment.height]).toEqual([100, 50]);
    const id = await it.uploaded(alice, gif(3), { name: "a.gif" });
    const shown = Buffer.from(await (await it.ask("GET", `/attachments/${id}`)).bytes());
    expect(shown.toString("latin1").split("\x21\xf9\x04").length - 1).toBe(3);
  });
});

test("server.url, where it is set, is the base of every address, whatever Host the client used", async () => {
  const it = await filesScene({ server: { url: "wss://chat.example.org/" } });
  const { attachment }: any = await (await it.upload(await it.member("alice"), png(4, 4))).json();
  expect(attachment.url).toBe(`https://chat.example.org/attachments/${attachment.id}`);
});

test("an address that uploads without end is stopped before its bodies are read, others are not", async () => {
  const it = await filesScene();
  const alice = await it.member("alice");
  const statuses = new Set<number>();
  let last: Response | undefined;
  for (let n = 0; n < 40; n++) statuses.add((last = await it.upload({ token: "made up" }, png(4, 4))).status);
  expect([...statuses]).toEqual([401, 429]);
  expect(Number(last!.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(last!.headers.get("access-control-allow-origin")).toBe("*");
  const elsewhere = await it.ask("POST", "/attachments/upload?channel=general&name=a.mp3", {
    headers: { authorization: `Bearer ${alice.token}` },
    body: MP3,
    address: "192.0.2.77",
  });
  expect(elsewhere.status).toBe(201);
});
