import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../support/certificate.ts';
import { leaksIn, leaksOnDisk, leaksOnTheWire } from './leaks.ts';

const SECRET = 'Atza|0123456789-abcdefghij-ABCDEFGHIJ';
const message = (topic: string, payload: string) => ({ topic, payload, retain: false, qos: 1 });

test.each([SECRET, SECRET.slice(0, 20), SECRET.slice(-18), SECRET.slice(8, 29)])(
  'a secret or a large part of it is found in a text: %s',
  (part) => {
    expect(leaksIn('the log', `{"error":"refused ${part}"}`, [SECRET])).not.toEqual([]);
  },
);

test('a private key is found by any of its lines, and its frame is no secret', () => {
  const { keyPem } = makeCertificate({ hosts: ['printer-7'] });
  const [frame = '', first = ''] = keyPem.split('\n');
  expect(leaksIn('the log', first, [keyPem])).not.toEqual([]);
  expect(leaksIn('the log', frame, [keyPem])).toEqual([]);
});

test('what is said to the device is no leak of it; what it says is, in topics too', () => {
  expect(leaksOnTheWire([message('replenish/rig/token', SECRET)], [SECRET])).toEqual([]);
  expect(leaksOnTheWire([message('replenish/rig/device', SECRET)], [SECRET])).not.toEqual([]);
  expect(leaksOnTheWire([message(`replenish/rig/${SECRET}`, '')], [SECRET])).not.toEqual([]);
});

test('a secret in any file is found, but in the one that is there for it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'refresh-token.json'), SECRET);
  expect(leaksOnDisk(folder, [SECRET])).toEqual([]);
  writeFileSync(join(folder, 'state.sqlite-wal'), Buffer.from(`\0\xff${SECRET}\0`, 'latin1'));
  expect(leaksOnDisk(folder, [SECRET])).not.toEqual([]);
});
