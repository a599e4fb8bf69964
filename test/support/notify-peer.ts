import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What systemd is to a service: a datagram socket that hears. Node can't open one, perl can. */
export type NotifyPeer = {
  /** Each datagram, as it came. */
  readonly heard: readonly string[];
  /** Reads nothing more until the end. */
  pause(): void;
  close(): void;
};

/** Prints each datagram as one line, its own line breaks as tabs. */
const LISTENER = `
use strict; use Socket; my $s;
socket($s, AF_UNIX, SOCK_DGRAM, 0) && bind($s, pack_sockaddr_un($ARGV[0])) or die $!;
$| = 1; print "listening\\n";
while (defined recv($s, my $d, 8192, 0)) { $d =~ tr/\\n/\\t/; print "$d\\n"; }
`;

/** Listens at `path`, which must not be there yet. */
export async function startNotifyPeer(path: string): Promise<NotifyPeer> {
  const child = spawn('perl', ['-e', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const heard: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    heard.push(...lines.map((line) => line.replaceAll('\t', '\n')));
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (heard.shift() !== 'listening') throw new Error(`Nothing listens at ${path}.`);
  return { heard, pause: () => child.kill('SIGSTOP'), close: () => child.kill('SIGKILL') };
}
