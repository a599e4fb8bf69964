import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lidarFrame, ultrasonicFrame } from '../hardware/serial/frames.ts';
import { ModbusSlave } from '../support/modbus-slave.ts';
import { openPty } from '../support/pty.ts';
import { startRig } from '../support/rig.ts';
import type { SlotPlan } from './rig-settings.ts';

/** Percent -> what the sensor sends at that level: a tank of 1 m, a container of 10 kg. */
const SENDERS: Readonly<Record<string, (percent: number) => Buffer | string>> = {
  scale: (percent) => `ST,GS,+${(percent / 10).toFixed(3).padStart(8)}kg\r\n`,
  ultrasonic: (percent) => ultrasonicFrame(1100 - 10 * percent),
  maxbotix: (percent) => `R${String(1300 - 10 * percent).padStart(4, '0')}\r`,
  lidar: (percent) => lidarFrame(120 - percent, 1000),
};

const EVERY_MS = 20;

/** One sensor of each kind at the same level, on real pseudo-terminals and in a folder like the kernel's. */
function sensors(folder: string) {
  let percent = 90;
  const ptys = Object.entries(SENDERS).map(
    ([name, send]) => [openPty({ link: join(folder, name) }), send] as const,
  );
  const bus = new ModbusSlave(join(folder, 'bus'));
  const adc = join(folder, 'iio', 'iio:device0');
  mkdirSync(adc, { recursive: true });
  writeFileSync(join(adc, 'name'), 'ads1115\n');
  const show = () => {
    bus.set(4, 3, 10 * percent);
    writeFileSync(join(adc, 'in_voltage1_raw'), `${100 * percent}\n`);
  };
  show();
  const timer = setInterval(() => {
    for (const [pty, send] of ptys) pty.write(send(percent));
  }, EVERY_MS);
  onTestFinished(() => {
    clearInterval(timer);
    for (const [pty] of ptys) pty.unplug();
    bus.close();
    rmSync(folder, { recursive: true });
  });
  return {
    level: (next: number) => {
      percent = next;
      show();
    },
  };
}

test('a sensor of every kind ends in one order of its slot', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sensors-'));
  const { level } = sensors(folder);
  const port = (name: string) => join(folder, name);
  const slot = (from: string, empty: number, full: number, channel?: string): SlotPlan => ({
    settings: { sensor: { from, channel }, calibration: { empty, full } },
  });
  const rig = await startRig({
    slots: {
      scale: slot('scale', 0, 10_000),
      ultrasonic: slot('ultrasonic', 1100, 100),
      maxbotix: slot('maxbotix', 1300, 300),
      lidar: slot('lidar', 1200, 200),
      modbus: slot('bus', 0, 100, 'tank'),
      iio: slot('adc', 0, 10_000, 'voltage1'),
    },
    config: {
      hardware: {
        scale: { driver: 'scale', port: port('scale') },
        ultrasonic: { driver: 'ultrasonic', port: port('ultrasonic'), model: 'a02yyuw' },
        maxbotix: { driver: 'ultrasonic', port: port('maxbotix'), model: 'maxbotix-mm' },
        lidar: { driver: 'lidar', port: port('lidar') },
        bus: {
          driver: 'modbus',
          port: port('bus'),
          pollEvery: '50ms',
          channels: { tank: { unit: 4, register: 3, scale: 0.1 }, dead: { unit: 9, register: 0 } },
        },
        adc: { driver: 'iio', device: 'ads1115', devicesFolder: join(folder, 'iio'), pollEvery: '50ms' },
      },
    },
  });
  const names = ['scale', 'ultrasonic', 'maxbotix', 'lidar', 'modbus', 'iio'];
  for (const name of names) await rig.untilPhase(name, 'stocked');
  level(15);
  for (const name of names) await rig.untilPhase(name, 'on-order');
  for (const name of names) {
    await rig.until(`${name} is reported`, () => rig.told.outcomes(name).includes('placed'));
  }

  const busError = () => rig.told.device()?.hardware['bus']?.error ?? '';
  await rig.until('the dead unit is reported', () => busError().includes('Unit 9'));

  expect(names.map((name) => [name, rig.sandbox.purchases(name)])).toEqual(names.map((name) => [name, 1]));
  expect(rig.told.orderEvents('ultrasonic')[0]).toMatchObject({ level: 15 });
  const { hardware } = rig.told.device() ?? { hardware: {} };
  expect(Object.values(hardware)).toHaveLength(7);
  expect(hardware).toMatchObject({
    scale: { driver: 'scale', state: 'open', error: null },
    ultrasonic: { driver: 'ultrasonic', state: 'open', error: null },
    lidar: { driver: 'lidar', state: 'open', error: null },
    bus: { driver: 'modbus', state: 'open', error: expect.stringContaining('Unit 9') },
    adc: { driver: 'iio', state: 'open', error: null },
  });
});
