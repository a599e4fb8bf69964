import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownFirmware, standardFirmata } from '../board/firmware.ts';
import { startUno, type UnoOptions } from '../board/uno.ts';
import { startRig } from '../support/rig.ts';

/** A board that ends with the test. */
async function plugIn(options: Omit<UnoOptions, 'link'>) {
  const folder = mkdtempSync(join(tmpdir(), 'uno-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const uno = await startUno({ ...options, link: join(folder, 'uno') });
  onTestFinished(() => uno.close());
  return uno;
}

/** A slot on that board: raw 100 when empty, 900 when full. */
function slotOn(channel: string) {
  const calibration = { empty: 100, full: 900 };
  return { settings: { sensor: { from: 'uno', channel }, calibration, staleAfter: '4s' } };
}

test('a voltage that falls on an Arduino with StandardFirmata ends in one order, whatever becomes of the cable', async () => {
  const uno = await plugIn({ flash: standardFirmata() });
  uno.setVolts(0, 4);
  const rig = await startRig({
    slots: { ink: slotOn('probe') },
    config: {
      hardware: {
        uno: {
          driver: 'firmata',
          port: uno.path,
          samplingInterval: '100ms',
          channels: { probe: { kind: 'analog', pin: 'A0' } },
        },
      },
    },
  });
  await rig.untilPhase('ink', 'stocked');
  expect(rig.told.slot('ink')).toMatchObject({ raw: 819, sensor: 'ok' });
  uno.setVolts(0, 0.8);
  await rig.untilPhase('ink', 'on-order');
  expect(rig.posts('ink')).toHaveLength(1);

  uno.unplug();
  await rig.until('the sensor is stale', () => rig.told.slot('ink')?.sensor === 'stale');
  rig.sandbox.deliver('ink');
  uno.setVolts(0, 4.2);
  uno.plugIn();
  await rig.untilPhase('ink', 'stocked');
  expect(rig.told.slot('ink')).toMatchObject({ raw: 860, sensor: 'ok' });
  expect(rig.posts('ink')).toHaveLength(1);
});

test('a weight that falls on a load cell read by firmware of our own ends in one order', async () => {
  const uno = await plugIn({ flash: ownFirmware('load-cell'), hx711: { dataPin: 2, clockPin: 3 } });
  uno.weigh(800);
  const rig = await startRig({
    slots: { ink: slotOn('1') },
    config: {
      hardware: {
        uno: {
          driver: 'lines',
          port: uno.path,
          pattern: String.raw`slot=(?<channel>\w+) raw=(?<value>-?\d+)`,
        },
      },
    },
  });
  await rig.untilPhase('ink', 'stocked');
  expect(rig.told.slot('ink')).toMatchObject({ raw: 800, sensor: 'ok' });
  // Lighter than the empty container: the amplifier counts below zero.
  uno.weigh(-50);
  await rig.untilPhase('ink', 'on-order');
  expect(rig.told.slot('ink')).toMatchObject({ raw: -50, level: 0 });
  expect(rig.posts('ink')).toHaveLength(1);
});
