import { checkConfig } from '../../config/check.ts';
import { FOLDERS } from './good-config.ts';

/** One mistake: what it shows, the text of the good configuration that is replaced, by what, and what is said. */
export type Row = readonly [fact: string, from: string, to: string, expected: readonly string[]];

/** `12:5 path [found] message`, for each mistake of the text. */
export function mistakes(text: string): string[] {
  const checked = checkConfig(text, FOLDERS);
  if (checked.ok) return [];
  return checked.problems.map(
    ({ line, column, path, found, message }) => `${line}:${column} ${path} [${found ?? ''}] ${message}`,
  );
}

export function warnings(text: string): string[] {
  return checkConfig(text, FOLDERS).warnings.map(
    ({ line, column, path, message }) => `${line}:${column} ${path} ${message}`,
  );
}

export const BLACK_ID = '    slotId: id-black\n';
export const MQTT_URL = '  url: mqtts://broker.example.net\n';
export const DRS_URL = '  url: https://drs.example.net\n';

export const withSlotLine = (line: string): [string, string] => [BLACK_ID, `${BLACK_ID}    ${line}\n`];
export const withMqttLine = (line: string): [string, string] => [MQTT_URL, `${MQTT_URL}  ${line}\n`];
export const withDrsLine = (line: string): [string, string] => [DRS_URL, `${DRS_URL}  ${line}\n`];
