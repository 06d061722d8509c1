import type { Printed } from "./printed.ts";
import { addToScreen, closeScreen, openScreen, readyToType } from "./screen.ts";
import type { LineSession, Seat } from "./session.ts";

/** The chat view of a session, from `:chat` to `:q`. */
export class ChatView {
  /** What stands in it, to draw it anew. */
  #rows: string[] = [];
  /** What comes while its history is fetched; undefined once that stands there. */
  #early: Printed[] | undefined = [];

  constructor(
    private readonly session: LineSession,
    private readonly seat: Seat,
  ) {}

  /**
   * @param history the rows it begins with.
   * @returns what came meanwhile.
   */
  open(history: readonly string[]): readonly Printed[] {
    this.#rows = [...history];
    if (this.session.screen) this.#draw();
    else for (const row of history) this.session.line(row);
    const early = this.#early ?? [];
    this.#early = undefined;
    return early;
  }
  show(printed: Printed, called: boolean): void {
    if (this.#early) return void this.#early.push(printed);
    const { screen, bell } = this.session;
    this.session.put(printed.in({ screen, called, bell }));
    if (screen) this.#keep(printed.rows);
  }
  /** @param look put before the text, where there is a screen. */
  tell(text: string, look: string): void {
    const { screen } = this.session;
    if (screen) this.session.write(addToScreen(screen, [text], look));
    else this.session.interrupt(text);
  }
  /** After a line was typed in it. */
  typed(): void {
    const { screen } = this.session;
    if (screen) this.session.write(readyToType(screen));
  }
  redraw(): void {
    if (!this.#early) this.#draw();
  }
  close(): void {
    if (this.session.screen) this.session.write(closeScreen);
  }

  #draw(): void {
    const { screen } = this.session;
    if (screen) this.session.write(openScreen(screen, `${this.seat.kind}/${this.seat.name}`, this.#rows));
  }
  #keep(rows: readonly string[]): void {
    this.#rows.push(...rows);
    const most = this.session.chat.settings.view_lines;
    if (this.#rows.length > 2 * most) this.#rows = this.#rows.slice(-most);
  }
}
