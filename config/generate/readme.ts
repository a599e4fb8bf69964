import { settingsTable } from './settings-table.ts';

const START = '<!-- settings:start -->';
const END = '<!-- settings:end -->';

/** PURE. The text with the table of settings between its two markers; unchanged when it has none. */
export function withSettingsTable(text: string): string {
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) return text;
  return `${text.slice(0, start + START.length)}\n\n${settingsTable()}\n\n${text.slice(end)}`;
}
