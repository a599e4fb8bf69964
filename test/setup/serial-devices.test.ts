import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findConverters } from '../../agent/setup/board-devices.ts';
import { findSerialDevices } from '../../agent/setup/serial-devices.ts';

/** Folders as the kernel and udev fill them. */
function machine() {
  const root = mkdtempSync(join(tmpdir(), 'machine-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const file = (path: string, text = ''): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  };
  const folders = { dev: join(root, 'dev'), sys: join(root, 'sys'), proc: join(root, 'proc') };
  for (const folder of Object.values(folders)) mkdirSync(folder);
  return { root, file, link, folders };
}

test('a USB device is found under its lasting name, with its maker, and who has it open', () => {
  const { root, file, link, folders } = machine();
  file('dev/ttyACM0');
  link('dev/serial/by-id/usb-Arduino_Uno-if00', '../../ttyACM0');
  file('sys/devices/usb1/1-2/idVendor', '2341\n');
  file('sys/devices/usb1/1-2/idProduct', '0043\n');
  file('sys/devices/usb1/1-2/manufacturer', 'Arduino \u001b[31mLLC\n');
  file('sys/devices/usb1/1-2/product', 'Arduino Uno\n');
  file('sys/devices/usb1/1-2/1-2:1.0/bInterfaceNumber', '00');
  link('sys/class/tty/ttyACM0/device', join(root, 'sys/devices/usb1/1-2/1-2:1.0'));
  file('proc/512/comm', 'minicom\n');
  link('proc/512/fd/3', join(folders.dev, 'ttyACM0'));
  expect(findSerialDevices(folders)).toEqual([
    {
      path: join(folders.dev, 'serial/by-id/usb-Arduino_Uno-if00'),
      device: join(folders.dev, 'ttyACM0'),
      maker: 'Arduino [31mLLC, Arduino Uno',
      heldBy: 'minicom (process 512)',
    },
  ]);
});

test('UARTs of the board come after it, those without hardware and terminals not at all', () => {
  const { root, file, link, folders } = machine();
  for (const name of ['ttyAMA0', 'ttyS0', 'ttyS1', 'tty1', 'ttyUSB0']) file(`dev/${name}`);
  link('dev/serial/by-id/usb-Scale', '../../ttyUSB0');
  link('dev/serial/by-id/usb-Gone', '../../ttyUSB9');
  file('sys/devices/uart/modalias');
  for (const name of ['ttyAMA0', 'ttyS0', 'ttyS1', 'ttyUSB0', 'ttyUSB5']) {
    link(`sys/class/tty/${name}/device`, join(root, 'sys/devices/uart'));
  }
  file('sys/class/tty/ttyS0/type', '0\n');
  file('sys/class/tty/ttyS1/type', '4\n');
  file('sys/class/tty/tty1/dev', '4:1\n');
  const found = findSerialDevices(folders);
  expect(found.map(({ path }) => path.slice(folders.dev.length))).toEqual([
    '/serial/by-id/usb-Scale',
    '/ttyAMA0',
    '/ttyS1',
  ]);
  expect(found.every(({ maker, heldBy }) => maker === null && heldBy === null)).toBe(true);
});

test('a link in a container that shows no sysfs is enough', () => {
  const { file, link, folders } = machine();
  file('dev/ttyUSB0');
  link('dev/serial/by-id/usb-Scale', '../../ttyUSB0');
  expect(findSerialDevices(folders)).toMatchObject([{ path: join(folders.dev, 'serial/by-id/usb-Scale') }]);
});

test('a machine without any of that has no devices', async () => {
  const nowhere = '/nowhere/at/all';
  expect(findSerialDevices({ dev: nowhere, sys: nowhere, proc: nowhere })).toEqual([]);
  expect(await findConverters(nowhere)).toEqual([]);
});

test('converters are found with their inputs, by label where they have one', async () => {
  const { file, folders } = machine();
  file('sys/bus/iio/devices/iio:device0/name', 'ads1115\n');
  for (const input of ['voltage1', 'voltage0', 'voltage0-voltage1']) {
    file(`sys/bus/iio/devices/iio:device0/in_${input}_raw`, '1');
  }
  file('sys/bus/iio/devices/iio:device0/in_voltage0_scale', '1');
  file('sys/bus/iio/devices/iio:device1/name', 'hx711\n');
  file('sys/bus/iio/devices/iio:device1/label', 'left\n');
  file('sys/bus/iio/devices/iio:device1/in_voltage0_raw', '1');
  file('sys/bus/iio/devices/trigger0/name', 'no converter\n');
  expect(await findConverters(join(folders.sys, 'bus/iio/devices'))).toEqual([
    { device: 'ads1115', inputs: ['voltage0', 'voltage0-voltage1', 'voltage1'] },
    { device: 'left', inputs: ['voltage0'] },
  ]);
});
