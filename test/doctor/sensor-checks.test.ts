import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Finding, Rounds } from '../../agent/doctor/check.ts';
import { deviceCheck } from '../../agent/doctor/device-check.ts';
import { LISTEN_MS_MAX, openLiveReadings } from '../../agent/doctor/live-readings.ts';
import { readingCheck } from '../../agent/doctor/reading-check.ts';
import { openEntry } from '../../agent/open-entry.ts';
import { slotSettingsOf } from '../../agent/settings.ts';
import { createClock } from '../../agent/system/clock.ts';
import type { Config } from '../../config/config.ts';
import type { Reading } from '../../hardware/reading.ts';
import type { Timing } from '../../hardware/timing.ts';
import { statusOf } from '../local/pictures.ts';
import { openPty, type Pty } from '../support/pty.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';
import { configOf, folder, rounds } from './rounds.ts';

function pty(): Pty {
  const opened = openPty({ link: join(folder(), 'board') });
  onTestFinished(() => opened.unplug());
  return opened;
}

describe('a device', () => {
  const look = (hardware: object, change: Partial<Rounds> = {}, procFolder = '/proc'): Promise<Finding> => {
    const { board } = configOf({ hardware: { board: hardware } }).hardware;
    if (board === undefined) throw new Error('The configuration has lost its board.');
    return deviceCheck('board', board, procFolder).run(rounds({ stateDir: folder(), ...change }));
  };
  const lines = (port: string) => ({ driver: 'lines', port, pattern: '(?<value>-?\\d+)' });

  test('is there, with its mode and its group', async () => {
    const { path } = pty();
    expect(await look(lines(path))).toEqual({
      verdict: 'ok',
      found: expect.stringMatching(/ is there \(mode 0\d{3}, group \w+\); nobody is seen to have it open\.$/),
      remedy: null,
    });
  });

  test('that is not there, or is no serial device, is told with what exists', async () => {
    expect(await look(lines('/dev/no-such-port'))).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringMatching(
        /^There is no device \/dev\/no-such-port: is it plugged in\? (?:These exist|No USB)/,
      ),
      remedy: 'ls -l /dev/serial/by-id',
    });
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(await look(lines(file))).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringContaining('is not a serial device'),
    });
  });

  test('that this user may not open names the group to join, and never that of root', async () => {
    const denied = { may: () => false };
    // A device of every Linux that a group of its own may read and write.
    expect(await look(lines('/dev/ptmx'), denied)).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringMatching(/^User \w+ may not open \/dev\/ptmx \(mode 0\d{3}, group \w+\)/),
      remedy: expect.stringMatching(
        /^(?:sudo usermod -aG (?!root)\w+ \w+|udevadm info --query=property \/dev\/ptmx)$/,
      ),
    });
    expect(await look(lines('/dev/null'), denied)).toMatchObject({
      remedy: 'udevadm info --query=property /dev/null',
    });
  });

  test('that another program has open names it; the service is known by its lock', async () => {
    const { path, device } = pty();
    const holder = spawn('sh', ['-c', `exec 3<>${device}; exec sleep 600`], { stdio: 'ignore' });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await expect
      .poll(() => look(lines(path)), { timeout: 30_000 })
      .toEqual({
        verdict: 'FAIL',
        found: expect.stringMatching(new RegExp(`is in use by process ${holder.pid} \\(.*\\)\\.$`)),
        remedy: `sudo kill ${holder.pid}`,
      });
    const stateDir = folder();
    const lock = join(stateDir, 'agent.lock');
    writeFileSync(lock, '');
    const proc = folder();
    mkdirSync(join(proc, '4711', 'fd'), { recursive: true });
    symlinkSync(device, join(proc, '4711', 'fd', '5'));
    symlinkSync(lock, join(proc, '4711', 'fd', '6'));
    expect(await look(lines(path), { stateDir }, proc)).toMatchObject({
      verdict: 'ok',
      found: expect.stringContaining('the service has it open (process 4711)'),
    });
  });

  test('of the kernel, a GPIO chip or a recording is looked for where it has to be', async () => {
    const devices = folder();
    mkdirSync(join(devices, 'iio:device0'));
    writeFileSync(join(devices, 'iio:device0', 'name'), 'ads1115\n');
    const slots = {
      black: {
        slotId: 'a',
        sensor: { from: 'board', channel: 'voltage0' },
        calibration: { empty: 0, full: 9 },
      },
    };
    const iio = (device: string) => {
      const { board } = configOf({ hardware: { board: { driver: 'iio', device } }, slots }).hardware;
      if (board?.driver !== 'iio') throw new Error('The configuration has lost its board.');
      return deviceCheck('board', { ...board, devicesFolder: devices }, '/proc').run(rounds());
    };
    expect(await iio('ads1115')).toMatchObject({
      verdict: 'ok',
      found: `ads1115 is ${devices}/iio:device0.`,
    });
    expect(await iio('mcp3208')).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringContaining('ads1115'),
    });
    expect(await look({ driver: 'transcript', file: '/no/such' }, { may: () => false })).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringContaining('/no/such is not there'),
    });
  });
});

describe('a reading', () => {
  const look = (config: Config, change: Partial<Rounds> = {}): Promise<Finding> => {
    const { black } = config.slots;
    if (black === undefined) throw new Error('The configuration has lost its slot.');
    return readingCheck('black', black).run(rounds(change));
  };
  const live = (config: Config, timing: Timing = createClock(0), heard: Reading[] = []) => {
    const opened = openLiveReadings({
      config,
      levels: new Map(slotSettingsOf(config).map(({ name, level }) => [name, level])),
      // The port itself lives in real time.
      open: (name, listener) => {
        const onReading = (reading: Reading): void => {
          heard.push(reading);
          listener.onReading(reading);
        };
        return openEntry(config, name, { ...listener, onReading }, createClock(0));
      },
      timing,
    });
    onTestFinished(() => opened.close());
    return opened;
  };
  const slotWith = (valid: object) => ({
    slotId: 'a',
    sensor: { from: 'board' },
    calibration: { empty: 0, full: 1000 },
    valid,
  });
  const configWith = (port: string, valid: object = {}): Config =>
    configOf({
      hardware: { board: { driver: 'lines', port, pattern: '(?<value>-?\\d+)' } },
      slots: { black: slotWith(valid) },
    });
  /** Prints the line over and over. */
  const saying = (line: string): Pty => {
    const board = pty();
    const timer = setInterval(() => board.write(`${line}\r\n`), 10);
    onTestFinished(() => clearInterval(timer));
    return board;
  };

  test('comes from the sensor itself while no service runs, and the port is free afterwards', async () => {
    const board = saying('640');
    const config = configWith(board.path);
    const readings = live(config);
    expect(await look(config, { live: readings })).toEqual({
      verdict: 'ok',
      found: 'Raw 640, 64 % full.',
      remedy: null,
    });
    await readings.close();
    await expect.poll(() => board.isOpened()).toBe(false);
  });

  test('that is not to be believed is told as what it is', async () => {
    const timing = new VirtualTiming();
    const heard: Reading[] = [];
    const config = configWith(saying('9999').path, { max: 1023 });
    const found = look(config, { live: live(config, timing, heard) });
    await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(0);
    timing.advance(LISTEN_MS_MAX);
    expect(await found).toMatchObject({
      verdict: 'FAIL',
      found: 'Raw 9999 is outside of valid. Look at the sensor, then at valid and sentinels of the slot.',
    });
  });

  test('that never comes is told after the time to listen, by what the port has to say', async () => {
    const timing = new VirtualTiming();
    const silent = configWith(pty().path);
    const waiting = look(silent, { live: live(silent, timing) });
    await expect.poll(() => timing.pending).toBe(1);
    timing.advance(LISTEN_MS_MAX);
    expect(await waiting).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringMatching(/^Nothing came for this slot within 8 s\./),
    });
  });

  test('is asked of the service while one runs, and its port is left alone', async () => {
    const board = saying('1');
    const config = configWith(board.path);
    const service = (slot: object) => ({
      live: null,
      service: async () => ({ kind: 'running', status: statusOf({ black: slot }) }) as const,
    });
    expect(await look(config, service({ raw: 640, level: 64, sensor: 'ok' }))).toMatchObject({
      verdict: 'ok',
      found: 'Raw 640, 64 % full, as the running service reads it.',
    });
    expect(await look(config, service({ raw: 640, level: 64, sensor: 'ok', isNoisy: true }))).toMatchObject({
      verdict: 'warn',
    });
    expect(
      await look(
        config,
        service({ raw: null, level: null, sensor: 'stale', why: 'No reading has arrived yet.' }),
      ),
    ).toEqual({
      verdict: 'FAIL',
      found:
        'No reading has come, as the running service reads it; the sensor is stale. No reading has arrived yet.',
      remedy: 'journalctl -u replenish-agent -n 50',
    });
    expect(board.isOpened()).toBe(false);
  });

  test('is not taken behind the back of a service that does not answer', async () => {
    const config = configWith('/dev/null');
    const refused = async () => ({ kind: 'refused', why: 'This user may not talk to it.' }) as const;
    expect(await look(config, { service: refused })).toEqual({
      verdict: 'warn',
      found: 'Not looked at: a service may have the port, and does not answer. This user may not talk to it.',
      remedy: 'sudo replenish-agent doctor',
    });
  });
});
