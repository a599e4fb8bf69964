import { execFile } from 'node:child_process';

/** What a program of the system said. */
export type ToolAnswer =
  | { readonly kind: 'said'; readonly text: string }
  /** It is not on this machine. */
  | { readonly kind: 'absent' }
  /** It refused, was killed for taking too long, or said too much. */
  | { readonly kind: 'failed'; readonly text: string };

/** Runs a program of the system. Never rejects. */
export type Tool = (program: string, words: readonly string[]) => Promise<ToolAnswer>;

const TOOL_MS_MAX = 8_000;
const TOOL_BYTES_MAX = 4 * 1024 * 1024;

/** @param env names the PATH to look on. No shell is involved, and nothing can be asked on the terminal. */
export function toolsOf(env: NodeJS.ProcessEnv): Tool {
  return (program, words) =>
    new Promise((resolve) => {
      const options = {
        timeout: TOOL_MS_MAX,
        maxBuffer: TOOL_BYTES_MAX,
        // One language and no pager, whatever the person has set.
        env: { PATH: env['PATH'], LC_ALL: 'C', SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' },
      };
      const child = execFile(program, [...words], options, (error, stdout, stderr) => {
        if (error === null) resolve({ kind: 'said', text: stdout });
        else if (error.code === 'ENOENT') resolve({ kind: 'absent' });
        else resolve({ kind: 'failed', text: `${stdout}${stderr}`.trim() });
      });
      child.stdin?.end();
    });
}
