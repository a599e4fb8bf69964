import { describe, expect, test } from 'vitest';
import { explainOpenFailure } from '../../../hardware/serial/open-failure.ts';

const FACTS = { path: '/dev/ttyUSB0', presentPorts: [] as string[], user: 'replenish' };

describe('explainOpenFailure', () => {
  test('names the devices that do exist when one is missing', () => {
    const reason = 'Error: No such file or directory, cannot open /dev/ttyUSB0';
    expect(
      explainOpenFailure({ ...FACTS, reason, presentPorts: ['/dev/serial/by-id/usb-x', '/dev/ttyACM0'] }),
    ).toBe(
      'There is no device /dev/ttyUSB0: is it plugged in? These exist: /dev/serial/by-id/usb-x, /dev/ttyACM0.',
    );
    expect(explainOpenFailure({ ...FACTS, reason })).toBe(
      'There is no device /dev/ttyUSB0: is it plugged in? No USB or board serial port exists at the moment.',
    );
  });

  test('does not flood a message with the ports of a large hub', () => {
    const presentPorts = Array.from({ length: 30 }, (_, index) => `/dev/ttyUSB${index}`);
    const explained = explainOpenFailure({ ...FACTS, reason: 'No such file or directory', presentPorts });
    expect(explained).toContain('/dev/ttyUSB7 and 22 more.');
    expect(explained).not.toContain('/dev/ttyUSB8');
  });

  test('says how to get permission', () => {
    const reason = 'Error: Permission denied, cannot open /dev/ttyUSB0';
    expect(explainOpenFailure({ ...FACTS, reason })).toContain(
      'sudo usermod -aG dialout replenish, then restart',
    );
  });

  test.each([
    ['Error: Operation not permitted, cannot open /dev/ttyUSB0', 'DeviceAllow='],
    ['Error Resource temporarily unavailable Cannot lock port', 'sudo fuser /dev/ttyUSB0'],
    ['Error: Device or resource busy, cannot open /dev/ttyUSB0', 'sudo fuser /dev/ttyUSB0'],
    ['Error: Resource busy, cannot open /dev/ttyUSB0', 'sudo fuser /dev/ttyUSB0'],
    ['Error: Inappropriate ioctl for device setting custom baud rate of 13', 'is not a serial device'],
    ['Error: Input/output error setting custom baud rate of 13', 'no working hardware behind /dev/ttyUSB0'],
    ['Error: No such device or address, cannot open /dev/ttyUSB0', 'no working hardware behind /dev/ttyUSB0'],
    ['something new', '/dev/ttyUSB0 cannot be opened: something new.'],
  ])('turns "%s" into a remedy', (reason, remedy) => {
    expect(explainOpenFailure({ ...FACTS, reason })).toContain(remedy);
  });
});
