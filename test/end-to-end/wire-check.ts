import { documentedMessages } from '../support/asyncapi.ts';
import type { RecordedMessage } from '../support/topic-recorder.ts';

/** Prefix and device id of a topic. */
const BASE = /^replenish\/rig[a-z-]*\//;

/** Where a sender of the tests waits for its answers. */
const RESPONSES = /^replies\/\w+$/;

/**
 * Holds everything that the agent said over MQTT to config/asyncapi.yaml; returns what is wrong with it.
 * @param knowsRetain false on MQTT 3.1.1, which tells a subscriber nothing about the retain flag of a new message.
 */
export function wireFaults(messages: readonly RecordedMessage[], knowsRetain: boolean): string[] {
  return messages.flatMap((message) => {
    const topic = message.topic.replace(BASE, '').replace(RESPONSES, 'command/result');
    const documented = documentedMessages.find((candidate) => candidate.matches(topic));
    if (documented === undefined) return [`${topic} is not documented`];
    if (documented.action === 'receive') return [];
    const faults: string[] = [];
    if (message.qos !== documented.qos) faults.push(`${topic} came with QoS ${message.qos}`);
    if (knowsRetain && message.retain !== documented.retain)
      faults.push(`${topic} came with retain ${message.retain}`);
    // What takes a retained message off the broker is no message (MQTT 5, section 3.3.1.3).
    const isRemoval = documented.retain && message.payload === '';
    if (!isRemoval && !documented.validate(payloadOf(message, documented.contentType))) {
      const errors = documented.validate.errors ?? [];
      faults.push(
        ...errors.map((error) => `${topic}${error.instancePath} ${error.message}: ${message.payload}`),
      );
    }
    return faults;
  });
}

function payloadOf({ payload }: RecordedMessage, contentType: string): unknown {
  if (contentType !== 'application/json') return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** What must never be in the agent's output: a stack trace, a line of log that is not JSON. */
export function outputFaults(stdout: string, stderr: string): string[] {
  const faults: string[] = [];
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    try {
      const { level } = JSON.parse(line);
      // A fact of that name would stand behind the level of the log, and readers take the last.
      if (![20, 30, 40, 50].includes(level)) faults.push(`no level of a log: ${line}`);
    } catch {
      faults.push(`not a line of JSON on stdout: ${line}`);
    }
  }
  if (/^\s+at .+:\d+:\d+\)?$/m.test(stdout + stderr) || stdout.includes(String.raw`\n    at `))
    faults.push('a stack trace was printed');
  if (stderr.includes('not made for')) faults.push(`a defect ended it: ${stderr}`);
  return faults;
}
