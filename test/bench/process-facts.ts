import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel knows of a process (proc(5)). */
export type Memory = {
  readonly rssMb: number;
  /** Its own, shared with nobody: what goes when it ends. */
  readonly anonymousMb: number;
  /** Shared pages counted by their share. */
  readonly pssMb: number;
};

export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return {
    rssMb: kilobytes(status, 'VmRSS') / 1024,
    anonymousMb: kilobytes(status, 'RssAnon') / 1024,
    pssMb: kilobytes(rollup, 'Pss') / 1024,
  };
}

/** Time on a processor by all threads since the start, milliseconds; finer than the ticks of `stat`. */
export function cpuMsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
    } catch {
      // It ended while we looked.
      return 0;
    }
  });
  return nanoseconds.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

/** Bytes handed to a disk since the start. */
export function bytesWrittenOf(pid: number): number {
  return number(readFileSync(`/proc/${pid}/io`, 'utf8'), 'write_bytes');
}

/** How often the process gave a processor back to wait, all threads: each is a wake-up to come. */
export function waitsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) =>
      number(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'), 'voluntary_ctxt_switches'),
    )
    .reduce((sum, waits) => sum + waits, 0);
}

/** Open descriptors. */
export function handlesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function kilobytes(text: string, name: string): number {
  return number(text, name);
}

function number(text: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`The kernel does not tell ${name}.`);
  return Number(found);
}
