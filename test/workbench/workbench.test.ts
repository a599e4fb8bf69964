import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { openPty } from '../support/pty.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const DEADLINE_MS = 50_000;

type Run = {
  readonly child: ChildProcess;
  /** What it wrote so far, on standard output and standard error. */
  output(): string;
  /** Resolves when the output matches; gives the first group, or the whole match. */
  until(pattern: RegExp): Promise<string>;
  exitCode(): Promise<number | null>;
};

const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill('SIGTERM');
  children.clear();
});

function start(...words: string[]): Run {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return watch(child, () => output);
}

function watch(child: ChildProcess, output: () => string): Run {
  children.add(child);
  const closed = once(child, 'close');
  return {
    child,
    output,
    until: (pattern) =>
      eventually(() => {
        const found = pattern.exec(output());
        return found === null ? null : (found[1] ?? found[0]);
      }, output),
    exitCode: async () => {
      await closed;
      return child.exitCode;
    },
  };
}

async function eventually<T>(look: () => T | null, explain: () => string): Promise<T> {
  const deadlineMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const found = look();
    if (found !== null) return found;
    if (performance.now() > deadlineMs) throw new Error(`Not seen in time. What was seen:\n${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the workbench', () => {
  test('shows a whole cycle with exactly one order, and ends by itself', async () => {
    const run = start('--cycles', '1');
    expect(await run.exitCode(), run.output()).toBe(0);
    const output = run.output();
    expect(output.match(/POST \/replenish\/CoffeeBeans -> 200 TEST_ORDER_PLACED/g)).toHaveLength(1);
    expect(output).toMatch(/Coffee beans +TEST_ORDER_PLACED \(placed\) arrives over MQTT/);
    expect(output).toMatch(/customer +gets the parcel and refills Coffee beans/);
    expect(output).toMatch(/cycle 1 is complete/);
    expect(output).toMatch(/Coffee beans +1 depletion +1 order\n/);
    expect(output).toContain('Every request was by the letter of the DRS API.');
    expect(output).toContain('The agent said offline on MQTT and exited with 0.');
    expect(output).not.toContain('the contract does not know');
    expect(output).not.toContain('\x1b');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('ends on %s with 0 and leaves nothing behind', async (signal) => {
    const run = start();
    const agentPid = Number(await run.until(/starts as process (\d+)/));
    const folder = dirname(await run.until(/config +(\S+)/));
    await run.until(/Coffee beans +stocked/);
    expect(isAlive(agentPid)).toBe(true);
    expect(existsSync(folder)).toBe(true);
    run.child.kill(signal);
    expect(await run.exitCode(), run.output()).toBe(0);
    expect(run.output()).toContain('The agent said offline on MQTT and exited with 0.');
    expect(isAlive(agentPid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  test('says so when the agent dies by itself, and ends with 1', async () => {
    const run = start();
    const agentPid = Number(await run.until(/starts as process (\d+)/));
    await run.until(/agent +is online/);
    process.kill(agentPid, 'SIGKILL');
    expect(await run.exitCode(), run.output()).toBe(1);
    expect(run.output()).toContain('The agent ended by SIGKILL, which it should not have.');
  });

  test('refuses words that it does not know with 2', async () => {
    const run = start('--cycle');
    expect(await run.exitCode()).toBe(2);
    expect(run.output()).toContain('usage: npm start');
  });
});

describe('on a terminal', () => {
  test('draws in place, survives a kill -9 of the agent, and gives the terminal back', async () => {
    const pty = openPty();
    const terminal = openSync(pty.device, 'r+');
    const child = spawn(process.execPath, [MAIN], {
      stdio: [terminal, terminal, terminal],
      env: { ...process.env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', NO_COLOR: '1' },
    });
    closeSync(terminal);
    let output = '';
    const run = watch(child, () => {
      output += pty.read().toString('latin1');
      return output;
    });
    const firstPid = await run.until(/agent online \(pid (\d+)\)/);
    await run.until(/Coffee beans +stocked/);
    pty.write('k');
    await run.until(/publishes the last will of the agent/);
    const secondPid = await eventually(() => {
      const pids = [...run.output().matchAll(/agent online \(pid (\d+)\)/g)].map(([, pid]) => pid);
      return pids.findLast((pid) => pid !== firstPid) ?? null;
    }, run.output);
    expect(isAlive(Number(firstPid))).toBe(false);
    pty.write('q');
    await run.until(/The agent said offline on MQTT and exited with 0/);
    expect(await run.exitCode()).toBe(0);
    expect(isAlive(Number(secondPid))).toBe(false);
    const [before, after] = run.output().split('\x1b[?25h\x1b[?1049l');
    expect(before?.startsWith('\x1b[?1049h\x1b[?25l')).toBe(true);
    expect(after).toContain('Try next:');
    expect(after).not.toContain('\x1b');
    pty.unplug();
  });
});
