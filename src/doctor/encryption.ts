import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { type Certificate, CertificateError, inspectPair, readPair, readPem, sameSpelling } from "../net/certificate.ts";
import { type Finding, good, odd, wrong, wrongAsSaid } from "./finding.ts";
import type { Patient } from "./patient.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Whoever renews for us does so earlier. */
const SOON_DAYS = 14;

/** Certificate and key: whether they can be read and belong together, for which names they are and how long. */
export async function examineEncryption(patient: Patient): Promise<Finding[]> {
  const { tls, server } = patient.settings;
  const now = patient.now();
  if (tls.mode === "off") return [good("certificate", "None is used (tls.mode off).")];
  if (tls.mode === "self") return [good("certificate", "One of our own is made and renewed; browsers ask before they trust it.")];
  const wanted = tls.mode === "acme" ? tls.domains : hostOf(server.url);
  try {
    const found = tls.mode === "files" ? await readPair(tls, now) : await keptByAuthority(patient);
    if (found) return judged(found, wanted, now);
    return [
      patient.server
        ? wrong(
            "certificate",
            "There is none from the authority yet.",
            "The server's log says why; port 80 of each name has to lead here.",
          )
        : good("certificate", 'There is none yet: "chat serve" obtains one.'),
    ];
  } catch (why) {
    if (why instanceof CertificateError) return [wrongAsSaid("certificate", why.message)];
    throw why;
  }
}

function judged({ names, notBefore, notAfter }: Certificate, wanted: readonly string[], now: number): Finding[] {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const missing = wanted.filter((name) => !covers(names, name));
  if (notBefore > now)
    return [wrong("certificate", `It is good only from ${day(notBefore)} on.`, "Set this machine's clock, or wait.")];
  if (missing.length)
    return [
      wrong(
        "certificate",
        `It is not for ${missing.join(", ")}, but for ${names.join(", ")}.`,
        "Have one issued for every name that people use.",
      ),
    ];
  const left = Math.floor((notAfter - now) / DAY_MS);
  const says = `For ${names.join(", ")}, until ${day(notAfter)} (${left} days); certificate and key belong together.`;
  return [left < SOON_DAYS ? odd("certificate", says, "Renew it.") : good("certificate", says)];
}

const covers = (names: readonly string[], name: string): boolean => {
  const wanted = sameSpelling(name);
  return names.includes(wanted) || names.includes(wanted.replace(/^[^.]+/, "*"));
};

function hostOf(url: string): string[] {
  const host = url === "" ? undefined : URL.parse(/^\w+:\/\//.test(url) ? url : `https://${url}`)?.hostname;
  return host ? [host.replace(/^\[|\]$/g, "")] : [];
}

/** The newest that an authority gave: certificate and key in one file. */
async function keptByAuthority({ folder, now }: Patient): Promise<Certificate | undefined> {
  const place = join(folder.path, "acme");
  const authorities = await readdir(place).catch(() => []);
  const kept: Certificate[] = [];
  for (const authority of authorities) {
    const path = join(place, authority, "certificate.pem");
    const text = await readPem("certificate", path).catch(() => undefined);
    if (text !== undefined)
      kept.push(inspectPair(text, text.slice(text.search(/-----BEGIN [A-Z ]*PRIVATE KEY/)), now(), { cert: path, key: path }));
  }
  return kept.toSorted((a, b) => b.notAfter - a.notAfter)[0];
}
