import { microphoneSentence, SENTENCES } from "./words.ts";

export interface Device {
  readonly id: string;
  readonly label: string;
}

interface Heard {
  /** A microphone in place of the one before, if there was any. */
  readonly track: (track: MediaStreamTrack) => void;
  readonly devices: (devices: readonly Device[]) => void;
  /** Why there is none; nothing when there is one. */
  readonly trouble: (sentence: string) => void;
}

/** As the browser lists them; a host with more has to use the system's choice. */
const MOST_DEVICES = 50;

/** The microphone of this machine, or the reason why there is none. It sends only while it is open. */
export class Microphone {
  #track: MediaStreamTrack | undefined;
  #isOpen = false;
  #isLetThrough = false;
  /** Counts requests: of two under way the later one counts. */
  #asked = 0;

  /** @param chosen the id of the device, nothing for the system's choice. */
  constructor(
    public chosen: string,
    private readonly heard: Heard,
  ) {
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#list());
  }

  /** Asks for permission, where that is needed. */
  async open(): Promise<void> {
    this.#isOpen = true;
    if (this.#track?.readyState === "live") this.heard.track(this.#track);
    else await this.#renew();
  }

  /** Gives the device back: the browser's sign that it listens goes out. */
  close(): void {
    this.#isOpen = false;
    this.#asked++;
    this.#track?.stop();
    this.#track = undefined;
  }

  async choose(id: string): Promise<void> {
    this.chosen = id;
    if (this.#isOpen) await this.#renew();
  }

  /** Whether what is said goes out; silence goes out else. */
  letThrough(isLetThrough: boolean): void {
    this.#isLetThrough = isLetThrough;
    if (this.#track) this.#track.enabled = isLetThrough;
  }

  async #renew(): Promise<void> {
    const { mediaDevices } = navigator;
    if (!window.isSecureContext || !mediaDevices) return this.heard.trouble(SENTENCES.insecure);
    const asked = ++this.#asked;
    try {
      const stream = await this.#request(mediaDevices);
      const [track] = stream.getAudioTracks();
      if (!track || asked !== this.#asked) return stream.getTracks().forEach((one) => one.stop());
      this.#use(track);
      this.heard.trouble("");
    } catch (why) {
      if (asked === this.#asked) this.heard.trouble(microphoneSentence((why as Error).name));
    }
    await this.#list();
  }

  async #request(devices: MediaDevices): Promise<MediaStream> {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    if (!this.chosen) return devices.getUserMedia({ audio });
    try {
      return await devices.getUserMedia({ audio: { ...audio, deviceId: { exact: this.chosen } } });
    } catch (why) {
      // It was unplugged since it was chosen.
      if ((why as Error).name !== "OverconstrainedError") throw why;
      this.chosen = "";
      return devices.getUserMedia({ audio });
    }
  }

  #use(track: MediaStreamTrack): void {
    this.#track?.stop();
    this.#track = track;
    track.enabled = this.#isLetThrough;
    track.addEventListener("ended", () => track === this.#track && void this.#renew());
    this.heard.track(track);
  }

  async #list(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const inputs = all.filter(({ kind, deviceId }) => kind === "audioinput" && deviceId !== "" && deviceId !== "default");
    this.heard.devices(
      inputs.slice(0, MOST_DEVICES).map(({ deviceId, label }, n) => ({ id: deviceId, label: label || `Microphone ${n + 1}` })),
    );
  }
}
