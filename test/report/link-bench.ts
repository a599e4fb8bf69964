import { onTestFinished } from 'vitest';
import type { LinkState, MqttLink, MqttSettings } from '../../agent/report/link.ts';
import { createMqttLink } from '../../agent/report/mqtt-link.ts';
import { mqttClientId, topics } from '../../agent/report/topics.ts';
import type { Timing } from '../../hardware/timing.ts';

export const PREFIX = 'plant/replenish';
export const DEVICE = 'printer-7';
export const NAMES = topics(PREFIX, DEVICE);

/** Real time, but for pauses between attempts: those are cut to a tenth, as they are proven in virtual time. */
export const hastyTiming: Timing = {
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs < 20_000 && delayMs > 2_500 ? delayMs / 10 : delayMs);
    return () => clearTimeout(timer);
  },
};

export type LinkBench = {
  readonly link: MqttLink;
  readonly states: readonly LinkState[];
  readonly messages: readonly { readonly topic: string; readonly payload: string }[];
  /** Resolves when the fact holds; it is looked at whenever the link says something. */
  until(fact: () => boolean, deadlineMs?: number): Promise<void>;
};

/** A link of the device `printer-7`; stopped when the test ends. */
export function createLinkBench(
  url: string,
  settings: Partial<MqttSettings> = {},
  onState: (state: LinkState) => void = () => {},
  timing: Timing = hastyTiming,
): LinkBench {
  const states: LinkState[] = [];
  const messages: { topic: string; payload: string }[] = [];
  const checks = new Set<() => void>();
  const look = (): void => {
    for (const check of checks) check();
  };
  const link = createMqttLink({
    settings: {
      url,
      username: null,
      passwordFile: null,
      caFile: null,
      certFile: null,
      keyFile: null,
      ...settings,
    },
    clientId: mqttClientId(PREFIX, DEVICE),
    statusTopic: NAMES.status,
    subscriptions: [NAMES.token],
    timing,
    random: () => 0,
    onMessage: (topic, payload) => {
      messages.push({ topic, payload: payload.toString() });
      look();
    },
    onState: (state) => {
      states.push(state);
      onState(state);
      look();
    },
  });
  onTestFinished(() => link.stop());
  return { link, states, messages, until: (fact, deadlineMs) => waitUntil(checks, fact, states, deadlineMs) };
}

function waitUntil(
  checks: Set<() => void>,
  fact: () => boolean,
  states: readonly LinkState[],
  deadlineMs = 30_000,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      checks.delete(check);
      finish();
    };
    const timer = setTimeout(() => {
      settle(() =>
        reject(new Error(`Not so within ${deadlineMs} ms: ${fact}. States: ${JSON.stringify(states)}`)),
      );
    }, deadlineMs);
    const check = (): void => {
      if (fact()) settle(resolve);
    };
    checks.add(check);
    check();
  });
}
