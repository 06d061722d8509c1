import type { Chromium, Tab } from "../support/chromium.ts";

/** Keeps what the page makes, for whoever asks how it is: its connections, and the tracks of its microphone. */
const WITNESS = `
  globalThis.peers = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...parts) {
      super(...parts);
      peers.push(this);
    }
  };
  globalThis.microphones = [];
  const devices = navigator.mediaDevices;
  const getUserMedia = devices?.getUserMedia.bind(devices);
  if (devices) devices.getUserMedia = async (wanted) => {
    const stream = await getUserMedia(wanted);
    microphones.push(...stream.getAudioTracks());
    return stream;
  };
  /** Of every stream that is heard now: its packets, and how loud it was in all. */
  globalThis.heardStreams = async () => {
    const all = [];
    for (const peer of peers.filter(({ connectionState }) => connectionState === "connected"))
      for (const { currentDirection, receiver } of peer.getTransceivers()) {
        if (currentDirection !== "recvonly") continue;
        for (const one of (await receiver.getStats()).values())
          if (one.type === "inbound-rtp") all.push({ id: one.ssrc, packets: one.packetsReceived, energy: one.totalAudioEnergy });
      }
    return all;
  };`;

export interface Heard {
  readonly id: number;
  readonly packets: number;
  /** Grows with every sound that is not silence. */
  readonly energy: number;
}

/** Somebody in front of the page. */
export class Caller {
  private constructor(
    readonly name: string,
    readonly tab: Tab,
  ) {}

  static async at(chromium: Chromium, url: string, name: string): Promise<Caller> {
    const caller = new Caller(name, await chromium.open(url, WITNESS));
    await caller.sees("#entrance");
    return caller;
  }
  /** Makes an account, and waits for the channels. */
  static async registered(chromium: Chromium, url: string, name: string): Promise<Caller> {
    const caller = await Caller.at(chromium, url, name);
    await caller.click("#other-way");
    await caller.enters();
    await caller.sees("#channels button");
    return caller;
  }

  async enters(): Promise<void> {
    await this.type("username", this.name);
    await this.type("password", `secret of ${this.name}`);
    await this.click("#enter");
  }
  type(field: string, text: string): Promise<unknown> {
    return this.tab.value(`document.querySelector('[name=${field}]').value = ${JSON.stringify(text)}`);
  }
  click(selector: string): Promise<unknown> {
    return this.tab.value(`document.querySelector('${selector}').click()`);
  }
  /** Waits until it is there to be seen. */
  sees(selector: string): Promise<void> {
    return this.tab.until(`document.querySelector('${selector}')?.checkVisibility() === true`);
  }
  reads(selector: string, text: string): Promise<void> {
    return this.tab.until(`document.querySelector('${selector}')?.innerText.includes(${JSON.stringify(text)})`);
  }
  /** Joins the first channel, and waits to be in its call. */
  async joins(): Promise<void> {
    await this.click("#channels button");
    await this.sees("#call");
  }
  /** Waits until the list of people in the call says of somebody that they are like this. */
  seesOf(name: string, state: string): Promise<void> {
    return this.tab.until(
      `[...document.querySelectorAll('#people li')].some((row) => row.querySelector('.name').textContent.split(' ')[0] === '${name}' && row.querySelector('.state').textContent === '${state}')`,
    );
  }
  people(): Promise<string[]> {
    return this.tab.value("[...document.querySelectorAll('#people .name')].map((name) => name.textContent)");
  }
  heard(): Promise<Heard[]> {
    return this.tab.value("heardStreams()");
  }
  /** Waits until so many others are heard: more than so many packets came of each, and there is more sound in them than there was. */
  async hears(others: number, least = 1): Promise<void> {
    const before = await this.heard();
    const louder = `({ id, packets, energy }) => packets > ${least} && energy > (${JSON.stringify(before)}.find((one) => one.id === id)?.energy ?? 0)`;
    await this.tab.until(`heardStreams().then((all) => all.length === ${others} && all.every(${louder}))`);
  }
  /** The browser finds that nothing goes through any more. */
  breaks(): Promise<unknown> {
    return this.tab.value(`for (const peer of peers.splice(0)) {
      Object.defineProperty(peer, "connectionState", { value: "failed" });
      peer.dispatchEvent(new Event("connectionstatechange"));
    }`);
  }
  async key(type: "keyDown" | "keyUp", code: string, key: string): Promise<void> {
    await this.tab.send("Input.dispatchKeyEvent", { type, code, key });
  }
  /** With a mouse, where the focus goes too. */
  async mouse(selector: string): Promise<void> {
    const { x, y } = await this.tab.value<{ x: number; y: number }>(
      `(() => { const box = document.querySelector('${selector}').getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; })()`,
    );
    for (const type of ["mousePressed", "mouseReleased"])
      await this.tab.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
  }
}
