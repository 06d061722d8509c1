import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { channelFor } from "../channels/access.ts";
import { isHere } from "../presence/seen.ts";
import { decideIn } from "../roles/permissions.ts";
import { everyMember } from "../users/list-users.ts";
import { Speaker } from "../users/user.ts";
import { attendance } from "./attendance.ts";

const Input = () => z.object({ channel: z.string().min(1).max(200) });

export const listAttendants = operation({
  name: "channel.attendants",
  summary: "Who sits in a channel, and who is here elsewhere and reads along.",
  input: Input,
  output: () => z.object({ sitting: z.array(Speaker), reading: z.array(Speaker) }),
  access: { of: channelFor("view", (input: Made<typeof Input>) => input.channel) },
  async run(call) {
    const { channel } = call.access.of;
    const sitting = new Map<string, Speaker>();
    const elsewhere = new Set<string>();
    for (const { place, user, sits } of call.cell(attendance).values())
      if (place?.channel === channel.id) sitting.set(user.id, user);
      else if (sits) elsewhere.add(user.id);
    const reading = (await everyMember(call)).filter(
      (member) =>
        !sitting.has(member.user.id) &&
        !elsewhere.has(member.user.id) &&
        isHere(call, member.user.id) &&
        member.status.status !== "invisible" &&
        !channel.locked &&
        decideIn(member, channel.rules, "view").allowed,
    );
    return { sitting: [...sitting.values()], reading: reading.map(({ user }) => user) };
  },
});
