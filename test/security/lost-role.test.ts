import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { createRole } from "../../src/domain/roles/create-role.ts";
import { deleteRole } from "../../src/domain/roles/delete-role.ts";
import { grantRole, revokeRole } from "../../src/domain/roles/grant-role.ts";
import { filesScene } from "../support/files.ts";
import { LineClient } from "../support/linechat.ts";
import { png } from "../support/pictures.ts";
import { newChannel } from "../support/scene.ts";

test.each(["taken", "deleted"] as const)(
  "a role that is %s takes its rooms away at once, on every wire and for uploads",
  async (how) => {
    const { app, member, upload } = await filesScene({ tcp: { connection_timeout: false } });
    const operator = consoleActor(app.community.id);
    await app.kernel.invoke(createRole, operator, { name: "vip" });
    await newChannel(app, "den", { view: ["vip"], send: ["vip"] });
    const bob = await member("bob");
    const grant = () => app.kernel.invoke(grantRole, operator, { user: "bob", role: "vip" });
    await grant();
    const typing = new LineClient(app, "bob");
    for (const line of [":login bob", "secret of bob", ":join den", ":chat"]) typing.type(line);
    await typing.arrived();
    const say = () => app.kernel.invoke(sendMessage, operator, { channel: "den", content: "psst" });
    await say();
    expect((await typing.arrived()).join()).toContain("psst");
    expect((await bob.arrived()).some(({ cmd }) => cmd === "message_new")).toBe(true);
    expect((await upload(bob, png(4, 4), { channel: "den" })).status).toBe(201);

    if (how === "taken") await app.kernel.invoke(revokeRole, operator, { user: "bob", role: "vip" });
    else await app.kernel.invoke(deleteRole, operator, { role: "vip" });
    expect((await typing.arrived()).join()).toContain("The room 'den' is not there for you any more.");
    await bob.arrived();
    await say();
    expect((await typing.arrived()).join()).not.toContain("psst");
    expect((await bob.arrived()).filter(({ cmd }) => cmd === "message_new")).toEqual([]);
    expect((await upload(bob, png(4, 4), { channel: "den" })).status).toBe(404);

    // And is back as soon as it is given back.
    if (how === "deleted") return;
    await grant();
    await bob.arrived();
    await say();
    expect((await bob.arrived()).some(({ cmd }) => cmd === "message_new")).toBe(true);
  },
);
