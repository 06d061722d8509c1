import { byId, say } from "./dom.ts";
import { SENTENCES } from "./words.ts";

export interface Entering {
  readonly how: "login" | "register";
  readonly username: string;
  readonly password: string;
  readonly invite: string;
}

/** The form by which one signs in, or makes an account. */
export class Entrance {
  readonly #form = byId("entrance", HTMLFormElement);
  readonly #title = byId("entrance-title", HTMLElement);
  readonly #hint = byId("entrance-hint", HTMLElement);
  readonly #inviteField = byId("invite-field", HTMLElement);
  readonly #error = byId("entrance-error", HTMLElement);
  readonly #enter = byId("enter", HTMLButtonElement);
  readonly #otherWay = byId("other-way", HTMLButtonElement);
  #isRegistering = false;

  /**
   * @param name to begin with.
   * @param invite a code that came with the address; who has one has no account yet.
   */
  constructor(name: string, invite: string, enter: (entering: Entering) => Promise<void>) {
    this.#input("username").value = name;
    this.#input("invite").value = invite;
    this.#turn(invite !== "");
    this.#otherWay.addEventListener("click", () => this.#turn(!this.#isRegistering));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(enter);
    });
  }

  /** @param possible whether people can sign in here by name and password. */
  show(isShown: boolean, possible: boolean): void {
    const wasShown = !this.#form.hidden;
    this.#form.hidden = !isShown;
    this.#enter.disabled = !possible;
    if (isShown && !possible) this.complain(SENTENCES.rotur);
    if (isShown && !wasShown) this.#input(this.#input("username").value ? "password" : "username").focus();
  }
  complain(sentence: string): void {
    say(this.#error, sentence);
  }

  async #submit(enter: (entering: Entering) => Promise<void>): Promise<void> {
    const [username, invite] = [this.#input("username").value.trim(), this.#input("invite").value.trim()];
    const password = this.#input("password").value;
    if (this.#enter.disabled) return;
    this.#enter.disabled = true;
    this.complain("");
    try {
      const how = this.#isRegistering ? "register" : "login";
      await enter({ how, username, password, invite });
      this.#input("password").value = "";
      this.#input("invite").value = "";
      this.#turn(false);
    } catch (why) {
      const { message } = why as Error;
      const isClosed = message === "Registration is disabled";
      this.complain(isClosed ? SENTENCES.closedRegistration : message);
      this.#input(isClosed ? "invite" : "password").focus();
    } finally {
      this.#enter.disabled = false;
    }
  }

  #turn(isRegistering: boolean): void {
    this.#isRegistering = isRegistering;
    this.complain("");
    say(this.#title, isRegistering ? "Make an account" : "Sign in");
    say(
      this.#hint,
      isRegistering ? "For this server alone. A password has at least 4 characters." : "With your account on this server.",
    );
    say(this.#enter, isRegistering ? "Make it" : "Sign in");
    say(this.#otherWay, isRegistering ? "I have an account: sign in" : "New here? Make an account");
    this.#inviteField.hidden = !isRegistering;
    this.#input("password").autocomplete = isRegistering ? "new-password" : "current-password";
  }

  #input(name: string): HTMLInputElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement;
  }
}
