import { checkConfig } from '../../config/check.ts';
import type { Answers } from './answers.ts';
import { configText } from './config-text.ts';
import { SOURCE_FACTS } from './source-facts.ts';

/** Answers without a mistake: each question is judged as if all others were answered. */
export const GOOD_ANSWERS: Answers = {
  deviceId: 'device',
  deviceName: null,
  broker: { url: 'mqtts://broker.example.net', allowInsecure: false, user: null, caFile: null },
  token: { source: 'mqtt' },
  replenishUrl: 'https://dash-replenishment-service-na.amazon.com',
  dryRun: true,
  source: {
    driver: 'scale',
    settings: { port: '/dev/serial/by-id/scale' },
    latest: new Map(),
    heard: '',
    hasChannels: false,
  },
  slots: [
    {
      name: 'black',
      slotId: 'id',
      label: null,
      channel: null,
      empty: SOURCE_FACTS.scale.empty,
      full: SOURCE_FACTS.scale.full,
      isCalibrated: true,
      reorderAt: null,
      rearmAt: null,
    },
  ],
};

/** PURE. What is wrong with answers, in the words of `check`; null when nothing is. */
export function complaintAbout(changed: Partial<Answers>): string | null {
  const text = configText({ ...GOOD_ANSWERS, ...changed }, './agent.schema.json');
  const checked = checkConfig(text, { config: '/', credentials: null });
  const [first] = checked.ok ? [] : checked.problems;
  return first?.message ?? null;
}
