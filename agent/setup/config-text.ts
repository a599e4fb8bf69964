import { inlineYaml } from '../../config/inline-yaml.ts';
import {
  type Answers,
  PASSWORD_FILE,
  REFRESH_TOKEN_FILE,
  type SlotAnswer,
  type TokenAnswer,
} from './answers.ts';
import { declaredChannel, SOURCE_FACTS } from './source-facts.ts';

/**
 * PURE. The answers -> a commented configuration. Whether it is right is not judged here: `check` does.
 *
 * @param schema where an editor finds the JSON Schema, as a path or an address.
 */
export function configText(answers: Answers, schema: string): string {
  return [
    `# yaml-language-server: $schema=${schema}`,
    '# Written by "replenish-agent init". Every setting is explained in agent.example.yaml and in the README;',
    '# "replenish-agent check" finds every mistake in this file.',
    '',
    ...deviceLines(answers),
    '',
    ...brokerLines(answers),
    '',
    ...replenishLines(answers),
    '',
    ...hardwareLines(answers),
    '',
    'slots:',
    ...answers.slots.flatMap((slot, index) => [...(index === 0 ? [] : ['']), ...slotLines(slot, answers)]),
    '',
  ].join('\n');
}

function deviceLines({ deviceId, deviceName }: Answers): readonly string[] {
  return [
    'device:',
    setting('  ', 'id', deviceId, 'part of every MQTT topic: different on each device of a broker'),
    ...(deviceName === null ? [] : [setting('  ', 'name', deviceName, 'for people')]),
  ];
}

function brokerLines({ broker: { url, allowInsecure, user, caFile } }: Answers): readonly string[] {
  return [
    'mqtt:',
    setting('  ', 'url', url),
    ...(allowInsecure
      ? [setting('  ', 'allowInsecure', true, 'without TLS anybody on the network can read and change it')]
      : []),
    ...(user === null
      ? []
      : [
          setting('  ', 'username', user),
          setting(
            '  ',
            'passwordFile',
            PASSWORD_FILE,
            'a file of its own, beside this one: no secret stands here',
          ),
        ]),
    ...(caFile === null ? [] : [setting('  ', 'caFile', caFile, 'who vouches for the broker')]),
  ];
}

function replenishLines({ replenishUrl, token, dryRun }: Answers): readonly string[] {
  return [
    'replenish:',
    setting('  ', 'url', replenishUrl),
    `  # Where access tokens come from: over MQTT from the cloud, from a file, or from Login with Amazon (lwa).`,
    setting('  ', 'token', tokenSettings(token)),
    dryRun
      ? '  # Decides and reports everything, orders nothing. Type false when the readings look right.'
      : '  # Orders are placed, and paid for.',
    setting('  ', 'dryRun', dryRun),
  ];
}

function tokenSettings(token: TokenAnswer): Readonly<Record<string, string>> {
  if (token.source !== 'lwa') return token;
  return { source: token.source, clientId: token.clientId, refreshTokenFile: REFRESH_TOKEN_FILE };
}

function hardwareLines({ source, slots }: Answers): readonly string[] {
  const { driver, settings, heard } = source;
  const { entry, raw, channels } = SOURCE_FACTS[driver];
  const declared = channels !== 'declared' ? [] : ['    channels:', ...slots.map(declaration)];
  function declaration({ name, channel }: SlotAnswer): string {
    return setting('      ', name, declaredChannel(driver, channel ?? ''));
  }
  return [
    'hardware:',
    ...(heard === '' ? [] : [comment(`  # It said: ${heard}`)]),
    `  ${entry}:`,
    setting('    ', 'driver', driver, `raw values are ${raw}`),
    ...Object.entries(settings).map(([key, value]) => setting('    ', key, value)),
    ...declared,
  ];
}

function slotLines(slot: SlotAnswer, { source }: Answers): readonly string[] {
  const { entry, channels } = SOURCE_FACTS[source.driver];
  const channel = channels === 'declared' ? slot.name : slot.channel;
  const sensor = channel === null ? { from: entry } : { from: entry, channel };
  const key = /^[A-Za-z][\w-]*$/.test(slot.name) ? slot.name : inlineYaml(slot.name);
  return [
    `  ${key}:`,
    setting('    ', 'slotId', slot.slotId, 'as it was registered with Dash Replenishment'),
    ...(slot.label === null ? [] : [setting('    ', 'name', slot.label, 'for people')]),
    setting('    ', 'sensor', sensor),
    ...(slot.isCalibrated
      ? ['    # Raw values of the empty and of the full container.']
      : [
          '    # NOT MEASURED YET: these two only stand in. Type the raw values of the empty and of the full container',
          `    # here, or let "replenish-agent calibrate ${slot.name}" measure them, before dryRun becomes false.`,
        ]),
    setting('    ', 'calibration', { empty: slot.empty, full: slot.full }),
    ...(slot.reorderAt === null
      ? []
      : [setting('    ', 'reorderAt', slot.reorderAt, 'an order is due at and below')]),
    ...(slot.rearmAt === null
      ? []
      : [setting('    ', 'rearmAt', slot.rearmAt, 'it counts as refilled at and above')]),
  ];
}

function setting(indent: string, key: string, value: unknown, why = ''): string {
  const line = `${indent}${key}: ${inlineYaml(value)}`;
  return why === '' ? line : `${line}  # ${why}`;
}

/** What a device said must not leave its comment. */
function comment(line: string): string {
  return line.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
