import type { Desk } from "./desk.ts";
import { amid, type Edge, type Sheet, showing } from "./scroll.ts";

/** The way from where somebody was to a message that was found, and back. */
export class Trail {
  #start: { readonly room: string; readonly edge: Edge | undefined } | undefined;

  constructor(
    private readonly of: {
      readonly desk: Pick<Desk, "chat">;
      readonly sheet: () => Sheet;
      readonly height: () => number;
      readonly look: (edge: Edge | undefined) => void;
    },
  ) {}

  /** It begins here, unless it goes on from what was found. */
  begin(edge: Edge | undefined): void {
    const { found, room } = this.of.desk.chat.state();
    if (!found) this.#start = { room, edge };
  }
  /** To one of what was found, where it was said. */
  async go(id: string): Promise<void> {
    const { sheet, height, look, desk } = this.of;
    const { chat } = desk;
    const hit = chat.state().found?.hits.find(({ message }) => message.id === id);
    if (!hit || (await chat.attempt(() => chat.finding.go(hit)))) return;
    const there = sheet();
    const at = there.ids.indexOf(id);
    // Somebody may have gone elsewhere meanwhile.
    if (desk.chat === chat && chat.state().selected === id && at !== -1) look(amid(there, height(), at));
  }
  /** Back to what was found. */
  again(): void {
    const { sheet, height, look, desk } = this.of;
    const { chat } = desk;
    chat.finding.list(chat.state().found);
    const list = sheet();
    look(showing(list, undefined, height(), list.ids.indexOf(chat.state().selected ?? "")));
  }
  /** Back to where it began, or to what is being said there now. */
  async home(to: "as it was" | "newest" = "as it was"): Promise<void> {
    const { look, desk } = this.of;
    const { chat } = desk;
    const { room, edge } = this.#start ?? { room: chat.state().room, edge: undefined };
    const there = to === "newest" ? undefined : edge;
    await chat.attempt(() => chat.finding.back(room, there?.id));
    if (desk.chat === chat) look(there);
  }
}
