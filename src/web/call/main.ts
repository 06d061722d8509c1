import { Page } from "./page.ts";

/** The code of an invite stands behind the #, and does not stay in the address. */
const invite = new URLSearchParams(location.hash.slice(1)).get("invite") ?? "";
if (invite) history.replaceState(null, "", location.pathname);

const socket = new URL("./", location.href);
socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
new Page(socket, invite.slice(0, 200)).open();
