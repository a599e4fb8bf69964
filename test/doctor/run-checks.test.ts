import { expect, test } from 'vitest';
import { type Check, type Finding, fail, ok, quoted, warn } from '../../agent/doctor/check.ts';
import { findingLine, summaryLine } from '../../agent/doctor/finding-text.ts';
import { createProgress } from '../../agent/doctor/progress.ts';
import { CHECK_MS_MAX, type NamedFinding, runChecks } from '../../agent/doctor/run-checks.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';
import { rounds } from './rounds.ts';

const check = (name: string, run: () => Promise<Finding>, needs?: string): Check => ({
  name,
  run,
  ...(needs === undefined ? {} : { needs }),
});

test('all run at once, and come back in their order whichever ends first', async () => {
  const first = Promise.withResolvers<Finding>();
  const ended: string[] = [];
  const findings = runChecks(
    [
      check('slow', () => first.promise),
      check('quick', async () => {
        queueMicrotask(() => first.resolve(warn('Late.', null)));
        return ok('Here.');
      }),
    ],
    rounds(),
    (finding, index) => ended.push(`${index} ${finding.check}`),
  );
  expect((await findings).map(({ check: name, verdict }) => [name, verdict])).toEqual([
    ['slow', 'warn'],
    ['quick', 'ok'],
  ]);
  expect(ended).toEqual(['1 quick', '0 slow']);
});

test('what needs a check that failed is not run, nor what needs that; a warning does not stand in the way', async () => {
  const ran: string[] = [];
  const note = (name: string) => async () => {
    ran.push(name);
    return ok('Fine.');
  };
  const findings = await runChecks(
    [
      check('dns', async () => fail('No.', null)),
      check('tcp', note('tcp'), 'dns'),
      check('tls', note('tls'), 'tcp'),
      check('old', async () => warn('Old.', null)),
      check('new', note('new'), 'old'),
    ],
    rounds(),
    () => undefined,
  );
  expect(ran).toEqual(['new']);
  expect(findings[2]).toEqual({
    check: 'tls',
    verdict: 'warn',
    found: 'Not looked at, because "tcp" has to be right first.',
    remedy: null,
  });
});

test('a check that hangs ends at its deadline, and one with a defect is told without a stack', async () => {
  const timing = new VirtualTiming();
  const clock = {
    nowMs: () => timing.nowMs(),
    after: (delayMs: number, run: () => void) => timing.after(delayMs, run),
    wallMs: () => 0,
    instant: () => ({ wallTrusted: false }),
  };
  const findings = runChecks(
    [
      check('hangs', () => new Promise(() => undefined)),
      check('breaks', async () => {
        throw new Error('it is broken\n    at somewhere');
      }),
      check('is kept out', async () => {
        throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/root/x' });
      }),
    ],
    rounds({ clock }),
    () => undefined,
  );
  await expect.poll(() => timing.pending).toBe(1);
  timing.advance(CHECK_MS_MAX);
  expect(await findings).toEqual([
    {
      check: 'hangs',
      verdict: 'FAIL',
      found: 'This was not found out within 10 s: something hangs.',
      remedy: 'replenish-agent doctor',
    },
    {
      check: 'breaks',
      verdict: 'FAIL',
      found: 'The check came upon something it was not made for (it is broken). Please report this.',
      remedy: 'replenish-agent doctor --bundle support.tar.gz',
    },
    {
      check: 'is kept out',
      verdict: 'FAIL',
      found: expect.stringMatching(/^User \w+ may not look at \/root\/x\.$/),
      remedy: 'sudo replenish-agent doctor',
    },
  ]);
  expect(timing.pending).toBe(0);
});

const named = (name: string, finding: Finding): NamedFinding => ({ check: name, ...finding });

test('a finding is one line, whatever is in it', () => {
  const wild = named('token', fail('No\u001b[2Jne\nhere.', 'ls -l'));
  expect(findingLine(wild, 8, false)).toBe('FAIL  token     No [2Jne here. Type: ls -l');
  expect(findingLine(named('disk', ok('Fine.')), 4, true)).toBe('\u001b[32mok  \u001b[0m  disk  Fine.');
  expect(summaryLine([wild, named('a', ok('')), named('b', warn('', null))])).toBe(
    '3 checks: 1 ok, 1 to know of (warn), 1 to mend (FAIL).',
  );
  expect(summaryLine([named('a', ok(''))])).toBe('All 1 checks are ok.');
});

test('lines are printed in order as soon as all before them are known; a terminal sees what is under way', () => {
  const printed: string[] = [];
  const drawn: string[] = [];
  const progress = createProgress({
    names: ['a', 'b', 'c', 'd', 'e'],
    isColoured: false,
    print: (text) => printed.push(text),
    draw: (text) => drawn.push(text),
  });
  progress.done(named('b', ok('B.')), 1);
  expect(printed).toEqual([]);
  expect(drawn.at(-1)).toBe('1 of 5 looked at; under way: a, c, d, ...');
  progress.done(named('a', ok('A.')), 0);
  expect(printed).toEqual(['ok    a  A.\n', 'ok    b  B.\n']);
  progress.end();
  expect(drawn.at(-1)).toBe('\r\u001b[K');
});

test('a word of a command comes back whole from the shell', () => {
  expect(['/etc/a.yaml', '/my files/a', "it's", '$(reboot)', ''].map(quoted)).toEqual([
    '/etc/a.yaml',
    "'/my files/a'",
    String.raw`'it'\''s'`,
    "'$(reboot)'",
    "''",
  ]);
});
