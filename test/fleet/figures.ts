/** Connections in each second from a moment on, until the last one. */
export function perSecond(atMs: readonly number[], fromMs: number): readonly number[] {
  const later = atMs.filter((each) => each >= fromMs);
  const counts: number[] = [];
  for (const each of later) {
    const second = Math.floor((each - fromMs) / 1000);
    while (counts.length <= second) counts.push(0);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}

/** One line about a reconnect: how fast the fleet came back, and the fullest second. */
export function reconnectLine(counts: readonly number[], agents: number): string {
  const back = counts.reduce((sum, each) => sum + each, 0);
  const most = Math.max(0, ...counts);
  return `reconnects: ${back} of ${agents} in ${counts.length} s, at most ${most} in a second: ${counts.join(' ')}`;
}
