import { z } from "zod";
import { cell } from "../../kernel/cell.ts";
import { type Direction, type Forwarding, OfferRefused, RelayAway, RelayFull } from "../../kernel/media-relay.ts";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Place } from "../messages/message.ts";
import { type Seated, seated } from "./access.ts";
import { changeMedia, silenceMedia } from "./seating.ts";
import { voiceBoard } from "./voice.ts";

/** Characters. A browser's offer has some five thousand. */
const LONGEST_OFFER = 65_536;
/** Sessions of one person that the relay takes at one time: its connections and handshakes are for everybody together. */
const MOST_SESSIONS = 8;
/** Of a stream's id. */
const ID_BYTES = 16;

/** What they ask for takes its time; one of a session's after the other, or a late answer would undo what came after its question. */
const turns = cell("voice.turns", () => new Map<string, Promise<unknown>>());

const input = () => z.object({ offer: z.string().min(1, "voice.offer-size").max(LONGEST_OFFER, "voice.offer-size") });
const output = () => z.object({ place: Place, answer: z.string() });

export const publishVoice = operation({
  name: "voice.publish",
  summary:
    "Offer the relay what the asking session sends to its call, in SDP; nothing of it is forwarded while they are muted. The same offer again gets a valid answer.",
  input,
  output,
  access: { at: seated() },
  pace: { burst: 10, perMinute: 30 },
  run: (call) => inTurn(call, () => offered(call, "publish", call.input.offer)),
});

export const subscribeVoice = operation({
  name: "voice.subscribe",
  summary:
    "Offer the relay a second connection, in SDP, on which the asking session hears its call; to be offered again whenever a stream came or went.",
  input,
  output,
  access: { at: seated() },
  pace: { burst: 30, perMinute: 120 },
  run: (call) => inTurn(call, () => offered(call, "subscribe", call.input.offer)),
});

type Offering = Call<unknown, unknown> & { readonly access: { readonly at: Seated } };

async function inTurn<T>({ cell: at, access }: Offering, act: () => Promise<T>): Promise<T> {
  const { session } = access.at.participant;
  const waiting = at(turns);
  const turn = (waiting.get(session) ?? Promise.resolve()).then(act, act);
  waiting.set(session, turn);
  try {
    return await turn;
  } finally {
    if (waiting.get(session) === turn) waiting.delete(session);
  }
}

async function offered(call: Offering, direction: Direction, offer: string) {
  const { relay, access } = call;
  if (!relay) throw new Refusal("unavailable", "voice.no-relay");
  const { session } = access.at.participant;
  const board = call.cell(voiceBoard);
  const before = board.seatOf(session);
  // Where they were when they asked.
  if (!before || before.room !== access.at.room) throw new Refusal("conflict", "voice.not-in");
  const { room, participant } = before;
  const { stream } = participant.media ?? { stream: call.random(ID_BYTES) };
  if (!participant.media) {
    const others = board.of(participant.community, participant.user.id).filter(({ media }) => media);
    if (others.length >= MOST_SESSIONS) throw new Refusal("conflict", "voice.sessions", { max: MOST_SESSIONS });
    changeMedia(call, room, participant, { stream, live: false });
  }
  const answer = await answered(relay.answer({ session, room: room.place.channel, stream }, direction, offer));
  const after = board.seatOf(session)?.participant;
  if (after?.media?.stream !== stream) {
    relay.leave(session);
    throw new Refusal("conflict", "voice.not-in");
  }
  // Before the client has the answer it cannot send.
  silenceMedia(call, after);
  return { place: room.place, answer };
}

/** @throws Refusal for what a relay refuses. */
const answered = (answer: ReturnType<Forwarding["answer"]>): Promise<string> =>
  answer.catch((why: unknown) => {
    if (why instanceof OfferRefused) throw new Refusal("invalid-input", "voice.offer", { why: why.message });
    if (why instanceof RelayFull) throw new Refusal("unavailable", "voice.relay-full");
    if (why instanceof RelayAway) throw new Refusal("unavailable", "voice.relay-away", { why: why.message });
    throw why;
  });
