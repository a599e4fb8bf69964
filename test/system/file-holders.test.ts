import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { holdersOf } from '../../agent/system/file-holders.ts';

/** A folder like /proc in which each of these processes has these files open. */
function procWith(open: Readonly<Record<string, readonly string[]>>): string {
  const proc = mkdtempSync(join(tmpdir(), 'proc-'));
  onTestFinished(() => rmSync(proc, { recursive: true, force: true }));
  for (const [pid, files] of Object.entries(open)) {
    mkdirSync(join(proc, pid, 'fd'), { recursive: true });
    for (const [index, file] of files.entries()) symlinkSync(file, join(proc, pid, 'fd', String(index)));
  }
  return proc;
}

test('tells every other process that has one of the files open, and all that it has open', () => {
  const proc = procWith({
    '512': ['/dev/ttyACM0', '/var/log/x'],
    '600': ['/dev/null'],
    [process.pid]: ['/dev/ttyACM0'],
    self: ['/dev/ttyACM0'],
  });
  writeFileSync(join(proc, '512', 'comm'), 'minicom\n');
  writeFileSync(join(proc, '512', 'cmdline'), `minicom\0-D\0\u001b[2J${'x'.repeat(100)}`);
  const [holder, ...others] = holdersOf(new Set(['/dev/ttyACM0', '/dev/ttyUSB0']), proc);
  expect(others).toEqual([]);
  expect(holder).toMatchObject({ pid: 512, name: 'minicom', files: new Set(['/dev/ttyACM0', '/var/log/x']) });
  expect(holder?.command).toMatch(/^minicom -D \[2Jx+$/);
  expect(holder?.command).toHaveLength(60);
});

test('a process that has ended meanwhile has no name, and without /proc nobody is seen', () => {
  expect(holdersOf(new Set(['/dev/x']), procWith({ '7': ['/dev/x'] }))).toMatchObject([
    { pid: 7, name: null, command: null },
  ]);
  expect(holdersOf(new Set(['/dev/x']), '/nowhere')).toEqual([]);
});
