import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { guessing } from "../accounts/account.ts";
import { channelBehindPassword, isOpenTo } from "../channels/access.ts";
import { Channel } from "../channels/channel.ts";
import { accessChanged } from "../roles/role.ts";
import { attendance, channelEntered, opened } from "./attendance.ts";
import { getUp } from "./attend.ts";

const Input = () =>
  z.object({
    channel: z.string().min(1).max(200),
    password: z.string().max(1000).normalize("NFC").optional().meta({ secret: true }),
  });

export const enterChannel = operation({
  name: "channel.enter",
  summary:
    "Sit down in a text channel with the asking session, which gets up from where it sat. A password opens the channel for the user.",
  input: Input,
  output: () => z.object({ channel: Channel }),
  access: { to: channelBehindPassword((input: Made<typeof Input>) => input.channel) },
  async run(call) {
    const { input, access, actor, cell, announce } = call;
    const { channel, member, secret } = access.to;
    const { user } = member;
    if (channel.kind !== "text") throw new Refusal("invalid-input", "channel.unreadable", { kind: channel.kind });
    const mine = actor.session ? cell(attendance).get(actor.session) : undefined;
    if (!mine) throw new Refusal("forbidden", "attendance.none");
    if (secret !== null && !isOpenTo(call, member, channel.id, secret)) {
      if (input.password === undefined) throw new Refusal("forbidden", "channel.password-needed", { channel: channel.name });
      guessing(call, `channel ${channel.id} ${actor.address ?? user.id}`);
      if (!(await call.passwords.verify(input.password, secret)).right) throw new Refusal("forbidden", "channel.password");
      const held = cell(opened);
      if (!held.has(user.id)) held.set(user.id, new Map());
      held.get(user.id)!.set(channel.id, secret);
      announce(accessChanged, { user: user.id }, { user: user.id, relisted: true });
    }
    const there = new Set(
      [...cell(attendance).values()].flatMap((one) => (one.place?.channel === channel.id ? [one.user.id] : [])),
    );
    if (channel.userLimit > 0 && !there.has(user.id) && there.size >= channel.userLimit)
      throw new Refusal("unavailable", "channel.full", { channel: channel.name, max: channel.userLimit });
    if (mine.place?.channel === channel.id) return { channel };
    getUp(call);
    const place = { channel: channel.id, name: channel.name };
    mine.place = place;
    if (!there.has(user.id)) announce(channelEntered, { channel: channel.id, except: actor.session }, { place, user });
    return { channel };
  },
});
