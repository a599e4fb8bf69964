import { assemble } from './assemble.ts';
import type { Config } from './config.ts';
import type { Folders } from './folders.ts';
import { findOddQuotes, findOddSigns } from './odd-signs.ts';
import { readFaultless } from './read-faultless.ts';
import { judge } from './schema/judge.ts';
import { findUnused } from './schema/unused-settings.ts';
import { configSchema } from './schema.ts';
import { findDoubts } from './warnings.ts';

/**
 * PURE. The text of a configuration about which there is nothing to say -> the configuration, as `checkConfig` makes it,
 * but without the places that only a mistake or a warning needs. null for any other text. Never throws.
 */
export function faultlessConfig(text: string, folders: Folders): Config | null {
  if (findOddSigns(text).length > 0 || findOddQuotes(text).length > 0) return null;
  const value = readFaultless(text);
  if (value === undefined) return null;
  const judged = judge(configSchema, value);
  if (!judged.ok) return null;
  const config = assemble(judged.output, folders);
  return findDoubts(config).length > 0 || findUnused(config, value).length > 0 ? null : config;
}
