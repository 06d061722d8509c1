import type { Access, Ask } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { admitted, type Admitted } from "../channels/access.ts";
import { decide } from "../roles/permissions.ts";
import { asking, type Member } from "../users/access.ts";
import { type Participant, type Room, voiceBoard } from "./voice.ts";

/** The voice channel that `which` names, for whoever may view it. One that is hidden and one that is not there cannot be told apart. */
export const voiceChannel = <In>(which: (input: In) => string): Access<In, Admitted> => ({
  needs: "`view` in the voice channel",
  load: (ask) => viewed(ask, which(ask.input)),
});

async function viewed(ask: Ask<unknown>, ref: string): Promise<Admitted> {
  const found = await admitted(ask, ref, "view").catch((why: unknown) => {
    if (why instanceof Refusal && why.reason === "channel") throw new Refusal("not-found", "voice.channel", { channel: ref });
    throw why;
  });
  if (found.channel.kind !== "voice") throw new Refusal("invalid-input", "voice.kind");
  return found;
}

/** The same for whoever may also come in. */
export const callToJoin = <In>(which: (input: In) => string): Access<In, Admitted> => ({
  needs: "`view` in the voice channel and the permission `connect`",
  async load(ask) {
    const found = await viewed(ask, which(ask.input));
    if (!decide(found.member, "connect").allowed) throw new Refusal("forbidden", "permission", { permission: "connect" });
    return found;
  },
});

/** Whether a member may speak in calls now, and from when on they may if only a time-out forbids it. */
export const mayTalk = ({ now }: Pick<Ask<unknown>, "now">, member: Member): Pick<Participant, "maySpeak" | "quietUntil"> => ({
  maySpeak: decide(member, "speak").allowed && member.timeoutUntil <= now(),
  quietUntil: member.timeoutUntil,
});

/** Where the asking session sits. */
export interface Seated {
  readonly member: Member;
  readonly room: Room;
  readonly participant: Participant;
}
export const seated = (): Access<unknown, Seated> => ({
  needs: "a session in a call",
  async load(ask) {
    const member = await asking(ask);
    const seat = ask.cell(voiceBoard).seatOf(ask.actor.session ?? "");
    if (!seat) throw new Refusal("conflict", "voice.not-in");
    return { member, ...seat };
  },
});
