import { Awake } from "./awake.ts";
import { CallView } from "./call-view.ts";
import { byId } from "./dom.ts";
import { actOf } from "./keys.ts";
import type { Kept } from "./kept.ts";
import { Media } from "./media.ts";
import { type Device, Microphone } from "./microphone.ts";
import { type Model, othersStreams, peopleIn } from "./model.ts";
import { Sounds } from "./sounds.ts";
import { SENTENCES } from "./words.ts";
import type { Wire } from "./wire.ts";

interface CallParts {
  readonly wire: Wire;
  readonly kept: Kept;
  readonly model: () => Model;
  /** Something that is shown is another now. */
  readonly changed: () => void;
  readonly leave: () => void;
  readonly keep: (change: Partial<Kept>) => void;
}

/** The call one is in: its media, the microphone, the keys. What others see of it comes from the server. */
export class CallPart {
  readonly #view: CallView;
  readonly #sounds: Sounds;
  readonly #microphone: Microphone;
  readonly #awake = new Awake();
  /** By username, from 0 to 1. */
  readonly #loudness = new Map<string, number>();
  #media: Media | undefined;
  /** What one wants oneself; the server may have one muted besides. */
  #isMuted = false;
  #isTalking = false;
  #pushToTalk: boolean;
  #devices: readonly Device[] = [];
  #notice = "";
  #trouble = "";
  #isBlocked = false;

  constructor(private readonly parts: CallParts) {
    const { kept } = parts;
    this.#pushToTalk = kept.pushToTalk;
    this.#sounds = new Sounds(
      byId("sounds", HTMLElement),
      (stream) => this.#loudnessOf(stream),
      (isBlocked) => this.#change(() => (this.#isBlocked = isBlocked)),
    );
    this.#microphone = new Microphone(kept.microphone, {
      track: (track) => void this.#media?.publish(track),
      devices: (devices) => this.#change(() => (this.#devices = devices)),
      trouble: (sentence) => this.#change(() => (this.#trouble = sentence)),
    });
    this.#view = new CallView({
      mute: () => void this.#mute(),
      leave: parts.leave,
      talk: (isTalking) => this.#talk(isTalking),
      choose: (microphone) => {
        parts.keep({ microphone });
        void this.#microphone.choose(microphone);
      },
      tryMicrophone: () => void this.#microphone.open(),
      pushToTalk: (isWanted) => {
        parts.keep({ pushToTalk: isWanted });
        this.#change(() => (this.#pushToTalk = isWanted));
      },
      play: () => this.#sounds.resume(),
      loudness: (username, volume) => {
        this.#loudness.set(username, volume);
        this.#sounds.adjust();
      },
    });
    document.addEventListener("keydown", (event) => this.#key(event, true));
    document.addEventListener("keyup", (event) => this.#key(event, false));
    // Whoever looks elsewhere does not hold the key any more.
    window.addEventListener("blur", () => this.#talk(false));
  }

  /** The call is another one, or none. */
  restart(): void {
    this.#media?.end();
    this.#media = undefined;
    this.#notice = "";
    const isIn = this.#call !== undefined;
    this.#awake.want(isIn);
    if (!isIn) return void (this.#isIdle() && this.stop());
    this.#media = new Media({
      ask: (cmd, fields) => this.parts.wire.ask(cmd, fields),
      sounds: this.#sounds,
      wanted: () => othersStreams(this.parts.model()),
      through: (isThrough) => this.#change(() => (this.#notice = isThrough ? "" : SENTENCES.notThrough)),
      refused: (sentence) => this.#change(() => (this.#notice = sentence)),
    });
    if (this.#isMuted) this.parts.wire.ask("voice_mute").catch(() => {});
    this.#settleMicrophone();
    void this.#microphone.open();
  }

  /** Somebody came or went, or was muted. */
  settle(): void {
    this.#media?.settle();
    this.#sounds.adjust();
    this.#settleMicrophone();
  }

  /** The call is over for good: the microphone is given back. */
  stop(): void {
    this.#media?.end();
    this.#media = undefined;
    this.#microphone.close();
    this.#awake.want(false);
    this.#isTalking = false;
  }

  show(): void {
    const isForced = !this.#isMuted && this.#isMutedThere;
    this.#view.show(this.parts.model(), {
      isMuted: this.#isMuted || isForced,
      pushToTalk: this.#pushToTalk,
      isTalking: this.#isTalking,
      microphone: this.#microphone.chosen,
      devices: this.#devices,
      notice: this.#notice || (isForced ? SENTENCES.forced : ""),
      trouble: this.#trouble,
      isBlocked: this.#isBlocked,
    });
  }

  get #call(): string | undefined {
    return this.parts.model().call;
  }
  get #isMutedThere(): boolean {
    const model = this.parts.model();
    return peopleIn(model, model.call).some(({ username, muted }) => username === model.me && muted);
  }
  /** Not merely on the way back to a call. */
  #isIdle(): boolean {
    return this.parts.wire.standing === "in";
  }

  #loudnessOf(stream: string): number {
    const model = this.parts.model();
    const speaker = peopleIn(model, model.call).find(({ streams }) => streams.includes(stream));
    return (speaker && this.#loudness.get(speaker.username)) ?? 1;
  }

  async #mute(): Promise<void> {
    if (this.#call === undefined) return;
    const wasMuted = this.#isMuted || this.#isMutedThere;
    // Silence holds at once, whatever the server says; speech waits for its word.
    if (!wasMuted) this.#change(() => (this.#isMuted = true));
    try {
      await this.parts.wire.ask(wasMuted ? "voice_unmute" : "voice_mute");
      this.#change(() => {
        this.#isMuted = !wasMuted;
        this.#notice = "";
      });
    } catch (why) {
      this.#change(() => (this.#notice = (why as Error).message));
    }
  }

  #talk(isTalking: boolean): void {
    const talks = isTalking && this.#pushToTalk && this.#call !== undefined;
    if (talks !== this.#isTalking) this.#change(() => (this.#isTalking = talks));
  }

  #key(event: KeyboardEvent, isDown: boolean): void {
    if (this.#call === undefined) return;
    const act = actOf(event, document.activeElement?.tagName ?? "", this.#pushToTalk);
    if (!act) return;
    if (act === "talk") {
      event.preventDefault();
      this.#talk(isDown);
    } else if (isDown && !event.repeat) void this.#mute();
  }

  #settleMicrophone(): void {
    const isSilent = this.#isMuted || this.#isMutedThere || (this.#pushToTalk && !this.#isTalking);
    this.#microphone.letThrough(!isSilent);
  }

  #change(act: () => unknown): void {
    act();
    this.#settleMicrophone();
    this.parts.changed();
  }
}
