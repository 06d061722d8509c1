// The reference served a file with the type its sender claimed, from its own origin, to whoever asked; took any upload of who was banned; decoded
// any picture; and made paths of names and ids (reference/originchats.md §4.2, §11.1).
import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { banMember } from "../../src/domain/moderation/ban-member.ts";
import { kickMember } from "../../src/domain/moderation/kick-member.ts";
import { timeOutMember } from "../../src/domain/moderation/time-out-member.ts";
import { updateRole } from "../../src/domain/roles/update-role.ts";
import { filesScene, told } from "../support/files.ts";
import { png } from "../support/pictures.ts";
import { RoturStandIn } from "../support/rotur.ts";
import { newChannel } from "../support/scene.ts";

const text = (content: string) => new TextEncoder().encode(content);
const SCRIPT = "<script>alert(document.domain)</script>";
const ALL_TYPES = { attachments: { allowed_types: [] } };

// deviation: attachment-served-safely
describe("a file that would act in a page", () => {
  const pages: Readonly<Record<string, Uint8Array>> = {
    "an SVG picture with a script": text(`<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`),
    "a page": text(`<!doctype html>${SCRIPT}`),
    "a page that begins like text": text(`\n\n   hello ${SCRIPT}`),
    "XML with a style sheet": text(`<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>`),
    "a document with a script": text(`%PDF-1.7\n1 0 obj<</OpenAction<</JS(app.alert(1))>>>>\n`),
    "a page behind a byte order mark": text(`\uFEFF<html>${SCRIPT}`),
  };
  for (const [what, bytes] of Object.entries(pages))
    test(`${what} is not shown as a page, whatever its sender says it is`, async () => {
      const it = await filesScene(ALL_TYPES);
      const alice = await it.member("alice");
      for (const claimed of ["text/html", "image/svg+xml", "image/png"]) {
        const id = await it.uploaded(alice, bytes, { mime_type: claimed, name: "a.html" });
        const { headers } = await it.ask("GET", `/attachments/${id}`);
        expect(headers.get("x-content-type-options")).toBe("nosniff");
        expect(headers.get("content-security-policy")).toContain("sandbox");
        expect(headers.get("content-security-policy")).toContain("default-src 'none'");
        const [type, disposition] = [headers.get("content-type")!, headers.get("content-disposition")!];
        expect(type).not.toMatch(/html|xml|svg/);
        if (!type.startsWith("text/plain")) expect(disposition).toStartWith("attachment");
      }
    });

  // deviation: upload-type-by-content
  test("is refused by the types that are taken as a rule, also when it is called a picture", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    for (const what of ["a page", "XML with a style sheet"])
      expect((await it.upload(alice, pages[what]!, { mime_type: "image/png", name: "a.png" })).status, what).toBe(415);
  });

  test("and a picture at once loses what stands behind the picture", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    const polyglots = [
      Buffer.concat([png(4, 4), Buffer.from(SCRIPT)]),
      Buffer.concat([png(4, 4), Buffer.from("PK\x03\x04a zip archive begins here", "latin1")]),
    ];
    for (const bytes of polyglots) {
      const id = await it.uploaded(alice, bytes);
      const served = Buffer.from(await (await it.ask("GET", `/attachments/${id}`)).bytes());
      expect(served.includes("<script>")).toBe(false);
      expect(served.includes("PK\x03\x04")).toBe(false);
    }
  });

  test("cannot break out of the header by its name", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    for (const name of [
      `"><img src=x onerror=alert(1)>.png`,
      "a\r\nset-cookie: x=1.png",
      "../../../etc/passwd",
      "..\\x.png",
      "\u202Egnp.exe",
    ]) {
      const { attachment }: any = await (await it.upload(alice, png(4, 4), { name })).json();
      expect(attachment.name).not.toMatch(/[\r\n"<>/\\\u202E]/);
      const { headers } = await it.ask("GET", `/attachments/${attachment.id}`);
      expect(headers.get("content-disposition")).toMatch(
        /^inline; filename="[^"\r\n<>/\\]*"(; filename\*=UTF-8''[\w%!#$&+.^`|~-]*)?$/,
      );
      expect(headers.get("set-cookie")).toBeNull();
    }
  });
});

describe("a picture made to exhaust the server", () => {
  test("that claims a hundred thousand by a hundred thousand pixels is refused before they are unpacked", async () => {
    const it = await filesScene();
    const response = await it.upload(await it.member("alice"), png(4, 4, { claim: [100_000, 100_000] }));
    expect(await told(response)).toEqual([400, "The picture has too many pixels"]);
  });

  test("that is broken is refused, not stored as it came", async () => {
    const it = await filesScene();
    const alice = await it.member("alice");
    const whole = png(40, 40);
    for (const bytes of [whole.subarray(0, 60), Buffer.concat([whole.subarray(0, 50), Buffer.alloc(500)])])
      expect((await it.upload(alice, bytes)).status).toBe(400);
    expect((await it.app.kernel.world.blobs.usage()).count).toBe(0);
  });
});

describe("an upload without the right to it", () => {
  // deviation: upload-rights
  test("is refused: of a channel one may not view or send to, without attach_files, timed out, banned", async () => {
    const it = await filesScene();
    const [alice, bob] = [await it.member("alice"), await it.member("bob")];
    const operator = consoleActor(it.app.community.id);
    await newChannel(it.app, "hidden", { view: ["admin"], send: ["admin"] });
    await newChannel(it.app, "news", { view: ["user"], send: ["admin"] });
    expect(await told(await it.upload(alice, png(4, 4), { channel: "hidden" }))).toEqual([404, "Channel does not exist"]);
    expect(await told(await it.upload(alice, png(4, 4), { channel: "news" }))).toEqual([
      403,
      "You don't have permission to send in this channel",
    ]);
    await it.app.kernel.invoke(timeOutMember, operator, { user: "bob", seconds: 60 });
    expect((await it.upload(bob, png(4, 4))).status).toBe(429);
    await it.app.kernel.invoke(updateRole, operator, { role: "user", permissions: ["send_messages"] });
    expect(await told(await it.upload(alice, png(4, 4)))).toEqual([403, "Access denied: 'attach_files' permission required"]);
    expect((await it.app.kernel.world.blobs.usage()).count).toBe(0);
  });

  test("is refused with a token whose session has ended, by leaving, by a kick or by a ban", async () => {
    const it = await filesScene();
    const operator = consoleActor(it.app.community.id);
    const ends = {
      alice: async () => (await it.member("alice")).leave(),
      bob: async () => it.app.kernel.invoke(kickMember, operator, { user: "bob" }),
      carl: async () => it.app.kernel.invoke(banMember, operator, { user: "carl" }),
    };
    for (const [name, end] of Object.entries(ends)) {
      const client = await it.member(name);
      expect((await it.upload(client, png(4, 4))).status).toBe(201);
      if (name === "alice") await client.leave();
      else await end();
      await it.app.hub.settled();
      await it.door.connect("after").arrived();
      expect(await told(await it.upload(client, png(4, 4))), name).toEqual([401, "Invalid credentials"]);
    }
  });

  // deviation: upload-own-key
  test("is refused with a Rotur validator that was made for another server or another's connection, and the service is not asked", async () => {
    const service = new RoturStandIn();
    service.accounts.set("rosa", { id: "USR:1", username: "rosa" }).set("mallory", { id: "USR:2", username: "mallory" });
    const it = await filesScene({ auth_mode: "rotur" }, { fetch: service.fetch });
    const join = async (name: string) => {
      const client = it.door.connect(name);
      const [handshake] = await client.arrived();
      const key = handshake!["val"].validator_key as string;
      await client.ask({ cmd: "auth", validator: service.validator(name, key) });
      return { client, key };
    };
    const [rosa, mallory] = [await join("rosa"), await join("mallory")];
    const status = async (validator: string, key: string) =>
      (await it.upload({ token: validator }, png(4, 4), { validator_key: key })).status;
    expect(await status(service.validator("rosa", rosa.key), rosa.key)).toBe(201);
    expect(await status(service.validator("rosa", mallory.key), mallory.key)).toBe(401);
    expect(await status(service.validator("mallory", rosa.key), rosa.key)).toBe(401);
    const asked = service.asked.length;
    expect(await status(service.validator("rosa", "the key of another server"), "the key of another server")).toBe(401);
    await rosa.client.leave();
    expect(await status(service.validator("rosa", rosa.key), rosa.key)).toBe(401);
    expect(service.asked).toHaveLength(asked);
  });

  test("tokens are nobody else's, and are kept only as their digest", async () => {
    const it = await filesScene();
    const [alice, bob] = [await it.member("alice"), await it.member("bob")];
    expect(alice.token).not.toBe(bob.token);
    const id = await it.uploaded(alice, png(4, 4));
    expect((await bob.ask({ cmd: "attachment_get", attachment_id: id })).at(-1)).toMatchObject({ cmd: "error" });
    const { sessionTokens } = await import("../../src/domain/sessions/tokens.ts");
    const kept = Bun.inspect(it.app.kernel.world.cell(sessionTokens), { depth: 9 });
    expect(kept).not.toContain(alice.token);
  });
});

describe("somebody else's file", () => {
  test("is not shown by attachment_get before it is sent, or where it was sent out of one's sight", async () => {
    const it = await filesScene();
    const [admin, bob] = [await it.member("ada", "admin"), await it.member("bob")];
    await newChannel(it.app, "hidden", { view: ["admin"], send: ["admin"] });
    const id = await it.uploaded(admin, png(4, 4), { channel: "hidden" });
    const ask = async () => (await bob.ask({ cmd: "attachment_get", attachment_id: id })).at(-1);
    expect(await ask()).toEqual({ cmd: "error", src: "attachment_get", val: "Attachment not found or expired" });
    await admin.ask({ cmd: "message_new", channel: "hidden", content: "x", attachments: [{ id }] });
    expect(await ask()).toEqual({ cmd: "error", src: "attachment_get", val: "Attachment not found or expired" });
  });

  test("is not deleted by a stranger", async () => {
    const it = await filesScene();
    const [alice, bob] = [await it.member("alice"), await it.member("bob")];
    const id = await it.uploaded(alice, png(4, 4));
    const remove = async () => (await bob.ask({ cmd: "attachment_delete", attachment_id: id })).at(-1);
    expect(await remove()).toEqual({ cmd: "error", src: "attachment_delete", val: "Attachment not found" });
    await alice.ask({ cmd: "message_new", channel: "general", content: "x", attachments: [{ id }] });
    expect(await remove()).toEqual({ cmd: "error", src: "attachment_delete", val: "You can only delete your own attachments" });
    expect((await it.ask("GET", `/attachments/${id}`)).status).toBe(200);
  });
});

describe("a path in the place of an id", () => {
  const PATHS = ["../chat.db", "..%2fchat.db", "..%2f..%2fconfig.json5", "%2e%2e/chat.db", "new/x", ".", "%00", "a".repeat(5000)];
  for (const folder of ["attachments", "emojis", "server-assets"])
    test(`leads nowhere under /${folder}`, async () => {
      const it = await filesScene();
      for (const path of PATHS) expect((await it.ask("GET", `/${folder}/${path}`)).status, path).toBeOneOf([400, 404]);
    });

  test("as the hash of a stored file leads nowhere either", async () => {
    const it = await filesScene();
    await it.uploaded(await it.member("alice"), png(4, 4));
    const [{ hash } = { hash: "" }] = await Array.fromAsync(it.app.kernel.world.blobs.list());
    expect((await it.ask("GET", `/attachments/${hash}`)).status).toBe(404);
    expect((await it.ask("GET", `/emojis/${hash}`)).status).toBe(404);
  });
});

test("base64 that is much longer than any file may be is refused unread", async () => {
  const it = await filesScene({ attachments: { max_size: 1000 } });
  const alice = await it.member("alice");
  let given = 0;
  const endless = new ReadableStream({
    pull(controller) {
      given += 1;
      controller.enqueue(text(given === 1 ? `{"validator":"${alice.token}","file":"` : "A".repeat(10_000)));
      if (given === 10_000) controller.close();
    },
  });
  const response = await it.ask("POST", "/attachments/upload", {
    headers: { "content-type": "application/json" },
    body: endless,
  });
  expect(await told(response)).toEqual([413, "Request body too large (max 1000 bytes)"]);
  expect(given).toBeLessThan(100);
});
