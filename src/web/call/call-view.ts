import { byId, made, Rows, say, tell } from "./dom.ts";
import type { Device } from "./microphone.ts";
import { type Model, peopleIn } from "./model.ts";
import type { Person } from "./people.ts";
import { badgeOf, nameOf, stateOf } from "./words.ts";

/** What of a call is only this page's. */
export interface Own {
  readonly isMuted: boolean;
  readonly pushToTalk: boolean;
  readonly isTalking: boolean;
  readonly microphone: string;
  readonly devices: readonly Device[];
  /** Sentences; nothing where all is well. */
  readonly notice: string;
  readonly trouble: string;
  readonly isBlocked: boolean;
}

interface Acts {
  mute(): void;
  leave(): void;
  /** While the button is held. */
  talk(isTalking: boolean): void;
  choose(microphone: string): void;
  tryMicrophone(): void;
  pushToTalk(isWanted: boolean): void;
  play(): void;
  /** @param volume from 0 to 1. */
  loudness(username: string, volume: number): void;
}

/** The call one is in: who else, who speaks, and what one can do. */
export class CallView {
  readonly #section = byId("call", HTMLElement);
  readonly #title = byId("call-title", HTMLElement);
  readonly #notice = byId("call-notice", HTMLElement);
  readonly #play = byId("play", HTMLButtonElement);
  readonly #mute = byId("mute", HTMLButtonElement);
  readonly #muteText = byId("mute-text", HTMLElement);
  readonly #talk = byId("talk", HTMLButtonElement);
  readonly #trouble = byId("trouble", HTMLElement);
  readonly #troubleText = byId("trouble-text", HTMLElement);
  readonly #tryMicrophone = byId("try-microphone", HTMLButtonElement);
  readonly #microphone = byId("microphone", HTMLSelectElement);
  readonly #pushToTalk = byId("push-to-talk", HTMLInputElement);
  readonly #rows: Rows<Person, ReturnType<typeof row>>;
  readonly #devices: Rows<Device, { element: HTMLOptionElement }>;
  #model: Model | undefined;
  #own: Own | undefined;
  #shown: string | undefined;

  constructor(acts: Acts) {
    this.#rows = new Rows(
      byId("people", HTMLElement),
      (username) => row((volume) => acts.loudness(username, volume)),
      (one, person) => this.#fill(one, person),
    );
    this.#devices = new Rows(
      this.#microphone,
      (id) => ({ element: new Option("", id) }),
      ({ element }, { label }) => say(element, label),
    );
    this.#mute.addEventListener("click", acts.mute);
    byId("leave", HTMLButtonElement).addEventListener("click", acts.leave);
    this.#tryMicrophone.addEventListener("click", acts.tryMicrophone);
    this.#play.addEventListener("click", acts.play);
    this.#microphone.addEventListener("change", () => acts.choose(this.#microphone.value));
    this.#pushToTalk.addEventListener("change", () => acts.pushToTalk(this.#pushToTalk.checked));
    this.#hold(acts.talk);
    this.#leaveKeysFree();
  }

  show(model: Model, own: Own): void {
    this.#model = model;
    this.#own = own;
    const { call } = model;
    this.#section.hidden = call === undefined;
    if (call === undefined) return void (this.#shown = undefined);
    say(this.#title, model.channels.find(({ name }) => name === call)?.title ?? call);
    tell(this.#notice, this.#notice, own.notice);
    this.#play.hidden = !own.isBlocked;
    this.#rows.show(peopleIn(model, call), ({ username }) => username);
    say(this.#muteText, own.isMuted ? "Unmute" : "Mute");
    this.#mute.classList.toggle("off", own.isMuted);
    this.#talk.hidden = !own.pushToTalk;
    this.#talk.classList.toggle("held", own.isTalking);
    this.#pushToTalk.checked = own.pushToTalk;
    this.#showMicrophone(own);
    if (this.#shown === call) return;
    // So that who cannot see hears where they are now.
    this.#shown = call;
    this.#title.focus({ preventScroll: true });
    this.#section.scrollIntoView({ block: "nearest" });
  }

  #showMicrophone({ devices, microphone, trouble }: Own): void {
    tell(this.#trouble, this.#troubleText, trouble);
    this.#tryMicrophone.hidden = !window.isSecureContext;
    this.#devices.show([{ id: "", label: "As the system has it" }, ...devices], ({ id }) => id);
    if (document.activeElement !== this.#microphone)
      this.#microphone.value = devices.some(({ id }) => id === microphone) ? microphone : "";
  }

  #fill({ element, letter, name, state, volume, loudness }: ReturnType<typeof row>, person: Person): void {
    const model = this.#model!;
    const isMe = person.username === model.me;
    const called = nameOf(model, person.username);
    const speaks = !person.muted && person.streams.some((stream) => model.speaking.has(stream));
    const badge = badgeOf(called);
    say(letter, badge.letter);
    letter.style.setProperty("--hue", String(badge.hue));
    say(name, isMe ? `${called} (you)` : called);
    say(state, stateOf(person, speaks, isMe && this.#own?.trouble === ""));
    element.classList.toggle("speaks", speaks);
    volume.hidden = isMe || person.elsewhere;
    loudness.title = `Loudness of ${called}`;
    loudness.setAttribute("aria-label", loudness.title);
  }

  /** Who uses a mouse needs no focus, and the space bar for talking: what is clicked on does not take the focus. */
  #leaveKeysFree(): void {
    let byPointer = false;
    this.#section.addEventListener("pointerdown", () => (byPointer = true));
    document.addEventListener("keydown", () => (byPointer = false));
    this.#section.addEventListener("focusin", ({ target }) => {
      if (byPointer && target instanceof HTMLElement && target.matches("button, input, summary")) target.blur();
    });
  }

  #hold(talk: (isTalking: boolean) => void): void {
    const button = this.#talk;
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      talk(true);
    });
    for (const end of ["pointerup", "pointercancel", "blur"]) button.addEventListener(end, () => talk(false));
    const isPress = ({ code }: KeyboardEvent) => code === "Space" || code === "Enter";
    button.addEventListener("keydown", (event) => isPress(event) && talk(true));
    button.addEventListener("keyup", (event) => isPress(event) && talk(false));
    // A long touch would open a menu.
    button.addEventListener("contextmenu", (event) => event.preventDefault());
  }
}

function row(adjust: (volume: number) => void) {
  const letter = made("span", "badge");
  letter.setAttribute("aria-hidden", "true");
  const name = made("span", "name");
  const state = made("span", "state");
  const loudness = made("input", "");
  Object.assign(loudness, { type: "range", min: "0", max: "100", step: "5", value: "100" });
  loudness.addEventListener("input", () => adjust(Number(loudness.value) / 100));
  const volume = made("div", "volume", loudness);
  const element = made("li", "", letter, made("span", "who", name, state), volume);
  return { element, letter, name, state, volume, loudness };
}
