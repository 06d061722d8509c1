// @ts-nocheck TypeScript takes a module for what it exports; the bundler gives its text.
// oxlint-disable import/default -- so does the linter.
import icon from "./call/icon.svg" with { type: "text" };
import awake from "./call/awake.ts" with { type: "text" };
import backoff from "./call/backoff.ts" with { type: "text" };
import call from "./call/call.ts" with { type: "text" };
import callView from "./call/call-view.ts" with { type: "text" };
import dom from "./call/dom.ts" with { type: "text" };
import entrance from "./call/entrance.ts" with { type: "text" };
import frames from "./call/frames.ts" with { type: "text" };
import kept from "./call/kept.ts" with { type: "text" };
import keys from "./call/keys.ts" with { type: "text" };
import legs from "./call/legs.ts" with { type: "text" };
import lobby from "./call/lobby.ts" with { type: "text" };
import main from "./call/main.ts" with { type: "text" };
import media from "./call/media.ts" with { type: "text" };
import microphone from "./call/microphone.ts" with { type: "text" };
import model from "./call/model.ts" with { type: "text" };
import page from "./call/page.ts" with { type: "text" };
import pageHtml from "./call/page.html" with { type: "text" };
import pageCss from "./call/page.css" with { type: "text" };
import people from "./call/people.ts" with { type: "text" };
import peer from "./call/peer.ts" with { type: "text" };
import sdp from "./call/sdp.ts" with { type: "text" };
import sounds from "./call/sounds.ts" with { type: "text" };
import wire from "./call/wire.ts" with { type: "text" };
import words from "./call/words.ts" with { type: "text" };

/** The files of `src/web/call/`, as they are written. */
export const SOURCES: Readonly<Record<string, string>> = {
  "awake.ts": awake,
  "backoff.ts": backoff,
  "call.ts": call,
  "call-view.ts": callView,
  "dom.ts": dom,
  "entrance.ts": entrance,
  "frames.ts": frames,
  "icon.svg": icon,
  "kept.ts": kept,
  "keys.ts": keys,
  "legs.ts": legs,
  "lobby.ts": lobby,
  "main.ts": main,
  "media.ts": media,
  "microphone.ts": microphone,
  "model.ts": model,
  "page.css": pageCss,
  "page.html": pageHtml,
  "page.ts": page,
  "peer.ts": peer,
  "people.ts": people,
  "sdp.ts": sdp,
  "sounds.ts": sounds,
  "wire.ts": wire,
  "words.ts": words,
};
