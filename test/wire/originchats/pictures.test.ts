import { expect, test } from "bun:test";
import { filesScene } from "../../support/files.ts";
import { gif, png } from "../../support/pictures.ts";

const dataUri = (bytes: Uint8Array, type = "image/png") => `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;

// deviation: emoji-frames
test("an emoji is served by its file name and by its number, with every frame, to anybody", async () => {
  const it = await filesScene();
  const ada = await it.member("ada", "admin");
  await ada.ask({ cmd: "emoji_add", name: "wave", image: dataUri(gif(3), "image/gif") });
  for (const name of ["0.gif", "0"]) {
    const response = await it.ask("GET", `/emojis/${name}`);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/gif"]);
    expect(response.headers.get("cache-control")).toStartWith("public, max-age=3600");
    const shown = Buffer.from(await response.bytes()).toString("latin1");
    expect(shown.split("\x21\xf9\x04").length - 1).toBe(3);
    expect(shown).not.toContain("SecretMaker");
  }
  const missing = await it.ask("GET", "/emojis/9");
  expect([missing.status, (await missing.text()).trim()]).toEqual([404, "Emoji not found"]);
  await ada.ask({ cmd: "emoji_delete", emoji_id: 0 });
  expect((await it.ask("GET", "/emojis/0.gif")).status).toBe(404);
  it.app.clock.advance(2 * 3_600_000);
  await it.sweep();
  expect((await it.app.kernel.world.blobs.usage()).count).toBe(0);
});

test("an emoji is no larger than its bounds allow, and a picture too large is told so", async () => {
  const it = await filesScene({ uploads: { emoji_max_size: 2000 } });
  const ada = await it.member("ada", "admin");
  const add = async (image: string) => (await ada.ask({ cmd: "emoji_add", name: "big", image })).at(-1);
  expect(await add(dataUri(png(300, 300)))).toMatchObject({ val: "The picture is too large (max 2000 bytes)" });
  expect(await add(dataUri(png(600, 300, { flat: true })))).toMatchObject({ cmd: "emoji_add", id: "0" });
  const shown = await new Bun.Image(await (await it.ask("GET", "/emojis/0")).bytes()).metadata();
  expect([shown.width, shown.height]).toEqual([256, 128]);
});

// deviation: server-pictures
test("an icon given as a picture is kept here, told by its address, and served to anybody until it is taken away", async () => {
  const it = await filesScene({ server: { url: "https://chat.example.org" } });
  const ada = await it.member("ada", "admin");
  const [told] = await ada.ask({ cmd: "server_update", icon: dataUri(png(40, 40)) });
  expect(told!["icon"]).toMatch(/^https:\/\/chat\.example\.org\/server-assets\/icon\?v=[0-9a-f]{16}$/);
  const response = await it.ask("GET", "/server-assets/icon");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(((await (await it.ask("GET", "/info")).json()) as any).server.icon).toBe(told!["icon"]);
  expect((await it.ask("GET", "/server-assets/banner")).status).toBe(404);
  const [another] = await ada.ask({ cmd: "server_update", icon: dataUri(png(41, 41)) });
  expect(another!["icon"]).not.toBe(told!["icon"]);
  await ada.ask({ cmd: "server_update", icon: "https://pictures.example/i.png" });
  const gone = await it.ask("GET", "/server-assets/icon");
  expect([gone.status, (await gone.text()).trim()]).toEqual([404, "Server asset not found"]);
});

test("an SVG is not taken for the server's icon", async () => {
  const it = await filesScene();
  const ada = await it.member("ada", "admin");
  const svg = dataUri(new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "image/svg+xml");
  expect((await ada.ask({ cmd: "server_update", icon: svg })).at(-1)).toMatchObject({
    cmd: "error",
    val: "SVG pictures are not taken: use GIF, PNG or JPEG",
  });
});
