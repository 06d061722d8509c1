/** Which stream each section of an answer carries, by its mid (RFC 8830); sections that carry nothing are left out. */
export function streamsIn(answer: string): Map<string, string> {
  const streams = new Map<string, string>();
  for (const section of answer.split(/^m=/m).slice(1)) {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    const stream = /^a=msid:(\S+)/m.exec(section)?.[1];
    if (mid && stream && /^a=send(only|recv)\s*$/m.test(section)) streams.set(mid, stream);
  }
  return streams;
}
