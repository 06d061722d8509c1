import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";

/** A file of authorities has at most so many characters; it is remembered with the server. */
const LONGEST = 100_000;
const ANSWER_MS = 10_000;

/** The certificates of a file, in PEM form. @throws {RangeError} with a sentence. */
export function certificatesIn(file: string): string {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (why) {
    throw new RangeError(`The file ${file} cannot be read: ${(why as Error).message}.`, { cause: why });
  }
  if (text.length > LONGEST) throw new RangeError(`${file} is too large: give the one certificate that the server needs.`);
  try {
    void new X509Certificate(text);
  } catch (why) {
    throw new RangeError(`${file} is not a certificate in PEM form.`, { cause: why });
  }
  return text;
}

/**
 * The certificate that a server shows, where its SHA-256 fingerprint is the given one. Nothing is said to the server: who shows another
 * certificate learns nothing, and connections are made to whoever has the key of this one.
 * @throws {RangeError} with a sentence.
 */
export async function certificateOf(url: string, fingerprint: string): Promise<string> {
  const wanted = fingerprint.replaceAll(":", "").toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(wanted))
    throw new RangeError("That is no SHA-256 fingerprint: give the 64 letters and digits that chat serve --tls self prints.");
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== "wss:") throw new RangeError(`${url} is not encrypted: there is no certificate to compare.`);
  const host = hostname.replace(/^\[|\]$/g, "");
  const certificate = await new Promise<X509Certificate | undefined>((shown, failed) => {
    const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false }, () => {
      shown(socket.getPeerX509Certificate());
      socket.destroy();
    });
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error("it does not answer")));
    socket.on("error", (why) =>
      failed(new RangeError(`The certificate of ${url} cannot be had: ${why.message}.`, { cause: why })),
    );
  });
  const found = certificate?.fingerprint256;
  if (found?.replaceAll(":", "") === wanted) return certificate!.toString();
  throw new RangeError(
    `${url} has another certificate${found === undefined ? "" : `, with the fingerprint ${found}`}: do not trust it.`,
  );
}
