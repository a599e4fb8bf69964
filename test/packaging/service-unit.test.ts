import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKOUT } from '../support/agent-process.ts';

const UNIT = join(CHECKOUT, 'config/replenish-agent.service');
const EXPOSURE_TENTHS_MAX = 13;

function analyze(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', words, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  return { status, said: `${stdout}${stderr}` };
}

test('the service is exposed no more than 1.3', () => {
  const { status, said } = analyze(
    'security',
    '--offline=true',
    `--threshold=${EXPOSURE_TENTHS_MAX}`,
    '--no-pager',
    UNIT,
  );
  expect(said).toMatch(/Overall exposure level for replenish-agent.service: [01]\.\d/);
  expect(status, said).toBe(0);
});

test('systemd understands every line, but for the two that only newer ones know and the program that is not here', () => {
  const { said } = analyze('verify', '--man=no', UNIT);
  const foreign = said
    .split('\n')
    .filter((line) => line.includes('replenish-agent.service'))
    .filter((line) => !/Unknown key '?(?:name )?'?(?:RestartSteps|RestartMaxDelaySec)'/.test(line))
    .filter((line) => !line.includes('launch.pl is not executable: No such file or directory'));
  expect(foreign).toEqual([]);
});

test('a configuration with mistakes is not started again, and every device class is named by number', () => {
  const text = readFileSync(UNIT, 'utf8');
  expect(text).toMatch(/^RestartPreventExitStatus=78$/m);
  const devices = [...text.matchAll(/^DeviceAllow=(\S+) rw$/gm)].map(([, device]) => device);
  expect(devices).toEqual(['char-4', 'char-166', 'char-188', 'char-204', 'char-gpiochip']);
});
