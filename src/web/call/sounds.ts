/** Plays each stream by an element of its own, so that each has its own loudness. */
export class Sounds {
  readonly #playing = new Map<string, HTMLAudioElement>();

  /**
   * @param place where the elements stand.
   * @param blocked hears whether the browser waits for a click.
   */
  constructor(
    private readonly place: HTMLElement,
    private readonly volumeOf: (stream: string) => number,
    private readonly blocked: (isBlocked: boolean) => void,
  ) {}

  play(tracks: ReadonlyMap<string, MediaStreamTrack>): void {
    for (const [stream, audio] of this.#playing) {
      const [current] = (audio.srcObject as MediaStream).getTracks();
      if (tracks.get(stream) === current) continue;
      this.#playing.delete(stream);
      audio.srcObject = null;
      audio.remove();
    }
    for (const [stream, track] of tracks) {
      if (this.#playing.has(stream)) continue;
      const audio = document.createElement("audio");
      audio.srcObject = new MediaStream([track]);
      this.place.append(audio);
      this.#playing.set(stream, audio);
    }
    this.adjust();
    this.resume();
  }

  /** Sets the loudness of each anew. */
  adjust(): void {
    for (const [stream, audio] of this.#playing) audio.volume = this.volumeOf(stream);
  }

  /** To be called in a click, where the browser wants one. */
  resume(): void {
    const waiting = [...this.#playing.values()].filter(({ paused }) => paused);
    if (waiting.length === 0) return this.blocked(false);
    Promise.all(waiting.map((audio) => audio.play())).then(
      () => this.blocked(false),
      // An element that was taken away meanwhile says AbortError.
      (why: unknown) => this.blocked((why as Error).name === "NotAllowedError"),
    );
  }

  stop(): void {
    this.play(new Map());
  }
}
