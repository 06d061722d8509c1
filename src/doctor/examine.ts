import { examineDatabase } from "./database.ts";
import { examineDisk } from "./disk.ts";
import { examineDoors } from "./doors.ts";
import { examineEncryption } from "./encryption.ts";
import type { Finding } from "./finding.ts";
import { estimate, examineClock, examineFiles, examineMemory } from "./machine.ts";
import type { Patient } from "./patient.ts";
import { examineReach } from "./reach.ts";
import { examineVoice } from "./voice.ts";

/** Everything that can stand between an operator and a server that works, one finding after the other. Changes nothing, and needs no network. */
export async function* examine(patient: Patient): AsyncGenerator<Finding> {
  const disk = await examineDisk(patient);
  yield* disk.findings;
  const { finding, newest } = await examineDatabase(patient);
  yield finding;
  yield examineClock(patient.now(), newest);
  yield examineFiles(patient);
  yield examineMemory();
  yield* await examineDoors(patient);
  yield* await examineReach(patient);
  yield* await examineVoice(patient);
  yield* await examineEncryption(patient);
  yield estimate(patient, disk.flushes);
}
