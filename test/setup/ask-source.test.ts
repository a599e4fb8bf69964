import { expect, test } from 'vitest';
import { type Asker, Questions } from '../../agent/setup/ask.ts';
import { askSource, type Found } from '../../agent/setup/ask-source.ts';
import type { HeardPort } from '../../agent/setup/candidates.ts';
import { recognise } from '../../agent/setup/recognise.ts';
import { ultrasonicFrame } from '../hardware/serial/frames.ts';
import { Person } from './person.ts';

function port(path: string, bytes: Buffer | string): HeardPort {
  const recognised = recognise(Buffer.from(bytes), 9600);
  return {
    port: { path, device: path, maker: 'FTDI', heldBy: null },
    heard: {
      recognised,
      baudRate: recognised === null ? null : 9600,
      bytes: bytes.length,
      error: null,
    },
  };
}

const SILENT = port('/dev/silent', '');
const LINES = port('/dev/lines', '\nraw=5 temp=20\nraw=6 temp=21\n');
const ECHO = port('/dev/echo', Buffer.concat([ultrasonicFrame(400), ultrasonicFrame(401)]));
const FOUND: Found = {
  ports: [SILENT, LINES, ECHO],
  chips: [{ chip: 'pinctrl-bcm2711', path: '/dev/gpiochip0', lines: 58 }],
  converters: [{ device: 'ads1115', inputs: ['voltage0'] }],
};

const asked = (person: Asker | null, given: Readonly<Record<string, string>> = {}, found = FOUND) =>
  askSource(new Questions(new Map(Object.entries(given)), person, false), found);

test('a person sees all that was found, what speaks first, and chooses', async () => {
  const person = new Person('/dev/echo', 'jsn-sr04t');
  expect(await asked(person)).toMatchObject({
    driver: 'ultrasonic',
    settings: { port: '/dev/echo', model: 'jsn-sr04t', baudRate: 9600 },
    latest: new Map([['', 401]]),
  });
  const [, first, ...others] = person.asked[0]?.split('\n') ?? [];
  expect(first).toBe('/dev/lines (FTDI): text lines at 9600 baud, such as "raw=6 temp=21"');
  expect(others.join('\n')).toMatch(/ads1115[\s\S]*pinctrl-bcm2711[\s\S]*\/dev\/silent[\s\S]*none of these/);
});

test('the chip and the converter of the board need no port', async () => {
  expect(await asked(new Person('pinctrl'))).toMatchObject({
    driver: 'gpio',
    settings: { chip: 'pinctrl-bcm2711' },
  });
  expect(await asked(new Person('ads1115'))).toMatchObject({
    driver: 'iio',
    settings: { device: 'ads1115' },
  });
});

test('another pattern can be chosen, or typed and tried on the same lines', async () => {
  const other = await asked(new Person('/dev/lines', 'value 21'));
  expect(other.latest).toEqual(new Map([['', 21]]));
  const person = new Person('/dev/lines', 'another', '(', 'x=(?<value>\\d+)', 'raw=(?<value>\\d+) .*');
  const typed = await asked(person);
  expect(typed).toMatchObject({ settings: { pattern: 'raw=(?<value>\\d+) .*' }, latest: new Map([['', 6]]) });
  expect(person.complaints).toEqual([
    expect.stringContaining('not a valid regular expression'),
    expect.stringContaining('matches none of the 2 lines that were heard, such as "raw=6 temp=21"'),
  ]);
});

test('what stays silent is named by the person, and a wrong device file is told', async () => {
  expect(await asked(new Person('/dev/silent', 'modbus'))).toMatchObject({
    driver: 'modbus',
    settings: { port: '/dev/silent' },
    hasChannels: true,
  });
  const person = new Person('none of these', 'ttyS5', '/dev/ttyS5', 'scale');
  expect(await asked(person)).toMatchObject({ driver: 'scale', settings: { port: '/dev/ttyS5' } });
  expect(person.complaints).toEqual([expect.stringContaining('whole path')]);
});

test('without a person the only one that speaks is taken, and several are none', async () => {
  expect(await asked(null, {}, { ...FOUND, ports: [SILENT, LINES] })).toMatchObject({ driver: 'lines' });
  await expect(asked(null)).rejects.toThrow(/2 sensors were recognised: add --port/);
  await expect(asked(null, {}, { ...FOUND, ports: [SILENT] })).rejects.toThrow(/no sensor was recognised/);
});

test('a driver that is given wins over what was heard, and keeps nothing of it', async () => {
  const source = await asked(
    null,
    { driver: 'scale', port: '/dev/lines', 'baud-rate': '4800' },
    { ...FOUND, ports: [LINES] },
  );
  expect(source).toMatchObject({
    driver: 'scale',
    settings: { port: '/dev/lines', baudRate: 4800 },
    heard: '',
  });
  expect(source.latest.size).toBe(0);
});
