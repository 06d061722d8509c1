/** An element of the page. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return element;
}

/** Says it only where it is new: what is said again is read out again. */
export function say(element: HTMLElement, words: string): void {
  if (element.textContent !== words) element.textContent = words;
}

/** Hides where there is nothing to say. */
export function tell(box: HTMLElement, words: HTMLElement, sentence: string): void {
  say(words, sentence);
  box.hidden = sentence === "";
}

export function made<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

/** Keeps one child for each item, in order, and the same one for the same key, so that focus and sliders stay where they are. */
export class Rows<T, Row extends { readonly element: HTMLElement }> {
  readonly #rows = new Map<string, Row>();

  constructor(
    private readonly parent: HTMLElement,
    private readonly make: (key: string) => Row,
    private readonly update: (row: Row, item: T) => void,
  ) {}

  show(items: readonly T[], keyOf: (item: T) => string): void {
    const keys = new Set(items.map(keyOf));
    for (const [key, { element }] of this.#rows) {
      if (keys.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
    items.forEach((item, at) => {
      const key = keyOf(item);
      let row = this.#rows.get(key);
      if (!row) this.#rows.set(key, (row = this.make(key)));
      if (this.parent.children[at] !== row.element) this.parent.insertBefore(row.element, this.parent.children[at] ?? null);
      this.update(row, item);
    });
  }
}
