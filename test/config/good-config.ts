import { checkConfig } from '../../config/check.ts';
import type { Config } from '../../config/config.ts';

/** A small configuration without mistakes; tests change one line of it. */
export const GOOD_CONFIG = `device:
  id: printer-7
mqtt:
  url: mqtts://broker.example.net
replenish:
  url: https://drs.example.net
hardware:
  board:
    driver: lines
    port: /dev/serial/by-id/usb-b
    pattern: 'slot=(?<channel>\\w+) raw=(?<value>\\d+)'
slots:
  black:
    slotId: id-black
    sensor: { from: board, channel: "1" }
    calibration: { empty: 120, full: 880 }
  blue:
    slotId: id-blue
    sensor: { from: board, channel: "2" }
    calibration: { empty: 120, full: 880 }
`;

export const FOLDERS = { config: '/etc/replenish-agent', credentials: null };

/** The configuration that a text stands for; fails the test with the mistakes when there are any. */
export function configOf(text: string): Config {
  const checked = checkConfig(text, FOLDERS);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.config;
}

/** GOOD_CONFIG with one place changed; fails when that place is not in it, so that no test checks nothing. */
export function changed(from: string, to: string): string {
  if (!GOOD_CONFIG.includes(from)) throw new Error(`The good configuration does not hold ${from}`);
  return GOOD_CONFIG.replace(from, () => to);
}
