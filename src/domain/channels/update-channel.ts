import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { SYSTEM } from "../users/user.ts";
import { channelKey, managedChannel } from "./access.ts";
import { addBeginning } from "./add-channel.ts";
import { CHANNEL_KINDS, Channel, ChannelName, channelUpdated, Settable } from "./channel.ts";
import {
  channelByRef,
  channelRow,
  channelView,
  deleteSystemMessages,
  renameChannel,
  setColumn,
  writtenIn,
} from "./statements.ts";

const Changes = z.strictObject({ name: ChannelName, kind: z.enum(CHANNEL_KINDS), ...Settable }).partial();
const Input = () => z.strictObject({ channel: z.string().min(1).max(200), changes: Changes });

export const updateChannel = operation({
  name: "channel.update",
  summary: "Change name, rules or settings of a channel; its messages stay. Its type only while nobody has written in it.",
  input: Input,
  output: () => z.object({ channel: Channel, was: z.string() }),
  access: { of: managedChannel((input: Made<typeof Input>) => input.channel) },
  async run(call) {
    const { store, access } = call;
    const { community } = call.actor;
    const before = access.of.channel;
    const changes = Object.fromEntries(
      Object.entries(call.input.changes).filter(([key, value]) => !Bun.deepEquals(value, before[key as keyof Channel])),
    ) as z.output<typeof Changes>;
    if (!Object.keys(changes).length) return { channel: before, was: before.name };
    const after: Channel = { ...before, ...(changes as Partial<Channel>) };
    const { id } = before;

    const batch = new Batch();
    if (changes.name !== undefined) {
      const taken = await store.one(channelByRef, { community, ref: after.name, key: channelKey(after.name) });
      if (taken && taken.id !== id) throw new Refusal("conflict", "channel.name-taken", { channel: after.name });
      batch.require(renameChannel, { id, name: after.name, key: channelKey(after.name) });
    }
    if (changes.kind !== undefined) {
      if (await store.one(writtenIn, { channel: id, system: SYSTEM.id })) throw new Refusal("conflict", "channel.kind-fixed");
      batch.add(deleteSystemMessages, { channel: id, system: SYSTEM.id });
      if (after.kind === "text") addBeginning(batch, { channel: id, name: after.name }, `#${after.name}`, call.now(), call.id());
    }
    const [was, is] = [channelRow(before), channelRow(after)];
    for (const [column, statement] of Object.entries(setColumn)) {
      const key = column as keyof typeof setColumn;
      if (is[key] !== was[key]) batch.require(statement, { id, value: is[key] });
    }
    recordAct(batch, call, {
      action: "channel_update",
      target: { id, name: before.name },
      details: changes,
    });
    const channel = channelView({ ...is, password: after.locked ? "" : null });
    const relisted =
      changes.name !== undefined || changes.kind !== undefined || !Bun.deepEquals(after.rules.view, before.rules.view);
    call.emit(batch, channelUpdated, { community }, { channel, was: before.name, relisted });
    await store.commit(batch);
    return { channel, was: before.name };
  },
});
