import { CallPart } from "./call.ts";
import { byId, say, tell } from "./dom.ts";
import { Entrance, type Entering } from "./entrance.ts";
import type { Frame } from "./frames.ts";
import { loadKept, saveKept } from "./kept.ts";
import { Lobby } from "./lobby.ts";
import { comings, follow, type Model, NOTHING } from "./model.ts";
import { comingsSentence, nameOf, SENTENCES } from "./words.ts";
import { type Standing, Wire } from "./wire.ts";

/** Everything together: what the server says changes the model, and what the model says is shown. */
export class Page {
  readonly #wire: Wire;
  readonly #entrance: Entrance;
  readonly #lobby: Lobby;
  readonly #call: CallPart;
  #model: Model = NOTHING;
  #kept = loadKept();
  /** The channel to be in, also across lost connections. */
  #wanted: string | undefined;
  /** Whether the list of channels has come since the last sign-in. */
  #isListed = false;
  #isDrawing = false;

  constructor(socket: URL, invite: string) {
    this.#wire = new Wire(socket, {
      frame: (frame) => this.#heard(frame),
      standing: (standing, why) => this.#stands(standing, why),
    });
    this.#entrance = new Entrance(this.#kept.name, invite, (entering) => this.#enter(entering));
    this.#lobby = new Lobby((channel) => void this.#join(channel));
    this.#call = new CallPart({
      wire: this.#wire,
      kept: this.#kept,
      model: () => this.#model,
      changed: () => this.#draw(),
      leave: () => this.#leave(),
      keep: (change) => saveKept((this.#kept = { ...this.#kept, ...change })),
    });
    byId("sign-out", HTMLButtonElement).addEventListener("click", () => this.#signOut());
    byId("line-now", HTMLButtonElement).addEventListener("click", () => this.#wire.connect());
    window.addEventListener("online", () => this.#wire.wake());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#wire.wake());
  }

  open(): void {
    this.#wire.connect();
  }

  async #enter({ how, username, password, invite }: Entering): Promise<void> {
    await this.#wire.enter(how, { username, password }, invite);
    saveKept((this.#kept = { ...this.#kept, name: username }));
  }

  #signOut(): void {
    this.#wanted = undefined;
    this.#call.stop();
    this.#model = { ...this.#model, me: undefined, call: undefined };
    this.#wire.leave();
  }

  async #join(channel: string): Promise<void> {
    this.#lobby.complain("");
    if (!("RTCPeerConnection" in window)) return this.#lobby.complain(SENTENCES.noWebRtc);
    this.#wanted = channel;
    try {
      await this.#wire.ask("voice_join", { channel, relay: true });
    } catch (why) {
      this.#wanted = this.#model.call;
      this.#lobby.complain((why as Error).message);
    }
  }

  #leave(): void {
    this.#wanted = undefined;
    this.#wire.ask("voice_leave").catch((why: Error) => this.#lobby.complain(why.message));
  }

  #heard(frame: Frame): void {
    const before = this.#model;
    const { model, isUnclear } = follow(before, frame);
    this.#model = model;
    const { cmd } = frame;
    if (cmd === "channels_get") this.#isListed = true;
    if (cmd === "voice_join") this.#joined();
    else if (cmd === "voice_leave") this.#left();
    else if (isUnclear) this.#look();
    if (before.call !== model.call) this.#call.restart();
    else this.#call.settle();
    this.#announce(before);
    this.#draw();
  }

  /** By oneself, or by somebody who may move others. */
  #joined(): void {
    this.#wanted = this.#model.call;
    this.#lobby.complain("");
    this.#look();
  }
  #left(): void {
    if (this.#wanted !== undefined) this.#lobby.complain("You were taken out of the call.");
    this.#wanted = undefined;
    this.#refresh();
  }
  /** Asks for everybody in the call: only so one learns of oneself whether one may speak. */
  #look(): void {
    this.#wire.ask("voice_state", { channel: this.#model.call }).catch(() => {});
  }
  /** The answers go into the model as any frame does; without them the page shows what it has. */
  #refresh(): void {
    for (const cmd of ["users_list", "channels_get"]) this.#wire.ask(cmd).catch(() => {});
  }

  #stands(standing: Standing, why: string): void {
    if (standing === "in") {
      this.#refresh();
      if (this.#wanted !== undefined) void this.#join(this.#wanted);
    } else if (this.#model.call !== undefined) {
      this.#model = { ...this.#model, call: undefined, speaking: new Set() };
      this.#call.restart();
    }
    if (standing !== "in") this.#isListed = false;
    if (standing === "out") {
      this.#wanted = undefined;
      this.#call.stop();
      // To be there for whoever signs in anew.
      queueMicrotask(() => this.#wire.connect());
    }
    if (why && standing !== "away") this.#entrance.complain(why);
    tell(byId("line", HTMLElement), byId("line-text", HTMLElement), standing === "away" ? why : "");
    this.#draw();
  }

  #announce(before: Model): void {
    const { came, left } = comings(before, this.#model);
    const called = (names: readonly string[]) => names.map((name) => nameOf(this.#model, name));
    const sentence = comingsSentence(called(came), called(left));
    if (sentence) say(byId("said", HTMLElement), sentence);
  }

  /** Once for everything that came in a turn. */
  #draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    queueMicrotask(() => {
      this.#isDrawing = false;
      this.#show();
    });
  }

  #show(): void {
    const model = this.#model;
    const { standing, isReturning } = this.#wire;
    const isIn = standing === "in";
    const server = model.server || "Calls";
    const here = model.channels.find(({ name }) => name === model.call);
    document.title = here ? `${here.title} · ${server}` : server;
    say(byId("server", HTMLElement), server);
    byId("account", HTMLElement).hidden = !isIn;
    say(byId("me", HTMLElement), model.me === undefined ? "" : nameOf(model, model.me));
    this.#entrance.show(standing === "open" && !isReturning, model.mode !== "rotur");
    const rooms = byId("rooms", HTMLElement);
    const isNew = rooms.hidden && isIn;
    rooms.hidden = !isIn;
    rooms.classList.toggle("in-call", model.call !== undefined);
    this.#lobby.show(model, this.#isListed);
    const wasInCall = !byId("call", HTMLElement).hidden;
    this.#call.show();
    if (model.call === undefined && (isNew || (wasInCall && isIn))) this.#lobby.focus();
  }
}
