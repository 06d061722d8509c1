/** Messages of which a later event may speak only by their id. */
const MOST = 2000;

/** What the newest messages were, in a few words. */
export class Recent {
  readonly #excerpts = new Map<string, string>();

  of(id: string): string | undefined {
    return this.#excerpts.get(id);
  }
  add(id: string, excerpt: string): void {
    this.#excerpts.delete(id);
    this.#excerpts.set(id, excerpt);
    if (this.#excerpts.size > MOST) this.drop(this.#excerpts.keys().next().value!);
  }
  drop(id: string): void {
    this.#excerpts.delete(id);
  }
}
