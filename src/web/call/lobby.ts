import { byId, made, Rows, say } from "./dom.ts";
import type { Channel, Model } from "./model.ts";
import { crowdOf, nameOf } from "./words.ts";

/** The voice channels, and who is in each. */
export class Lobby {
  readonly #title = byId("channels-title", HTMLElement);
  readonly #error = byId("lobby-error", HTMLElement);
  readonly #none = byId("no-channels", HTMLElement);
  readonly #rows: Rows<Channel, ReturnType<typeof row>>;
  #model: Model | undefined;

  constructor(join: (channel: string) => void) {
    this.#rows = new Rows(
      byId("channels", HTMLElement),
      (channel) => row(() => join(channel)),
      (one, channel) => this.#fill(one, channel),
    );
  }

  show(model: Model, isListed: boolean): void {
    this.#model = model;
    this.#none.hidden = !isListed || model.channels.length > 0;
    this.#rows.show(model.channels, ({ name }) => name);
  }
  /** So that who cannot see hears where they are now. */
  focus(): void {
    this.#title.focus({ preventScroll: true });
  }
  complain(sentence: string): void {
    say(this.#error, sentence);
  }

  #fill({ title, crowd, join, inside, names }: ReturnType<typeof row>, channel: Channel): void {
    const model = this.#model!;
    const isHere = model.call === channel.name;
    say(title, channel.title);
    say(crowd, channel.description ? `${crowdOf(channel)} · ${channel.description}` : crowdOf(channel));
    join.hidden = isHere;
    join.setAttribute("aria-label", `Join ${channel.title}`);
    inside.hidden = !isHere;
    const called = channel.people.map(({ username }) => ({ username, name: nameOf(model, username) }));
    names.show(called, ({ username }) => username);
  }
}

function row(act: () => void) {
  const title = made("h3", "");
  const crowd = made("p", "crowd");
  const join = made("button", "", "Join");
  join.type = "button";
  join.addEventListener("click", act);
  const inside = made("span", "inside", "You are here");
  const list = made("ul", "names");
  list.setAttribute("aria-label", "In the call");
  const names = new Rows<{ readonly username: string; readonly name: string }, { element: HTMLElement }>(
    list,
    () => ({ element: made("li", "") }),
    ({ element }, { name }) => say(element, name),
  );
  const element = made("li", "", made("div", "", title, crowd), join, inside, list);
  return { element, title, crowd, join, inside, names };
}
