import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { signedIn } from "../users/access.ts";
import { attendance, channelLeft } from "./attendance.ts";

export const beginAttendance = operation({
  name: "attendance.begin",
  summary: "A wire tells that the acting user's session can be spoken to directly, and whether it sits in one channel at a time.",
  input: () => z.object({ sits: z.boolean().default(true) }),
  output: () => z.object({}),
  access: { member: signedIn() },
  async run({ actor, access, cell, input: { sits } }) {
    const { community } = actor;
    if (actor.session) cell(attendance).set(actor.session, { user: access.member.user, community, sits, place: null });
    return {};
  },
});

export const endAttendance = operation({
  name: "attendance.end",
  summary: "A wire tells that such a session has ended.",
  input: () => z.object({}),
  output: () => z.object({}),
  access: {},
  async run(call) {
    getUp(call);
    if (call.actor.session) call.cell(attendance).delete(call.actor.session);
    return {};
  },
});

export const leaveChannel = operation({
  name: "channel.leave",
  summary: "Get up from the channel in which the asking session sits.",
  input: () => z.object({}),
  output: () => z.object({}),
  access: {},
  async run(call) {
    getUp(call);
    return {};
  },
});

/** Tells the others in the channel unless the user still sits there with another session. */
export function getUp({ actor, cell, announce }: Pick<Call<unknown, unknown>, "actor" | "cell" | "announce">): void {
  const seats = cell(attendance);
  const mine = actor.session ? seats.get(actor.session) : undefined;
  if (!mine?.place) return;
  const { place, user } = mine;
  mine.place = null;
  const still = [...seats.values()].some((other) => other.user.id === user.id && other.place?.channel === place.channel);
  if (!still) announce(channelLeft, { channel: place.channel, except: actor.session }, { place, user });
}
