import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, type TLSSocket } from "node:tls";

const ANSWER_MS = 10_000;

/** Certificates in PEM form, to be trusted for one server. @throws {RangeError} with a sentence. */
export function trustedFile(file: string): string {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (why) {
    throw new RangeError(`The file ${file} cannot be read: ${(why as Error).message}.`, { cause: why });
  }
  try {
    return new X509Certificate(text) && text;
  } catch (why) {
    throw new RangeError(`${file} is not a certificate in PEM form.`, { cause: why });
  }
}
