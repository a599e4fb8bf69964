import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complaintAbout, GOOD_ANSWERS } from '../../agent/setup/answer-check.ts';
import type { Answers, SourceDriver } from '../../agent/setup/answers.ts';
import { configText } from '../../agent/setup/config-text.ts';
import { nextSteps } from '../../agent/setup/next-steps.ts';
import { readSlotWords } from '../../agent/setup/slot-words.ts';
import { SOURCE_FACTS } from '../../agent/setup/source-facts.ts';
import { checkConfig } from '../../config/check.ts';
import type { Config } from '../../config/config.ts';

const [SLOT] = GOOD_ANSWERS.slots;

function configOf(changed: Partial<Answers>): Config {
  const text = configText({ ...GOOD_ANSWERS, ...changed }, './agent.schema.json');
  const checked = checkConfig(text, { config: '/etc/replenish-agent', credentials: null });
  if (!checked.ok) throw new Error(`${JSON.stringify(checked.problems)}\n${text}`);
  return checked.config;
}

const SETTINGS: Readonly<Record<SourceDriver, Record<string, string | number>>> = {
  lines: { port: '/dev/a', baudRate: 9600, pattern: "it's (?<value>\\d+)" },
  scale: { port: '/dev/a' },
  ultrasonic: { port: '/dev/a', model: 'sen0754', baudRate: 115_200 },
  lidar: { port: '/dev/a' },
  firmata: { port: '/dev/a' },
  modbus: { port: '/dev/a' },
  iio: { device: 'ads1115' },
  gpio: { chip: 'pinctrl-bcm2711' },
};

test.each(Object.keys(SETTINGS) as SourceDriver[])('answers for driver %s pass the check', (driver) => {
  const { channels, channelExample, entry } = SOURCE_FACTS[driver];
  const hasChannels = channels === 'free' || channels === 'declared';
  const source = { driver, settings: SETTINGS[driver], latest: new Map(), heard: 'a\n  b: c', hasChannels };
  const slots = [{ ...(SLOT ?? expect.fail()), channel: hasChannels ? channelExample : null }];
  const config = configOf({ source, slots });
  expect(config.hardware[entry]).toMatchObject({ driver, ...SETTINGS[driver] });
  expect(config.slots['black']?.sensor.from).toBe(entry);
});

test('pins, lines and registers are declared under the name of their slot', () => {
  const slots = (channels: Readonly<Record<string, string>>) =>
    Object.entries(channels).map(([name, channel]) => ({
      ...(SLOT ?? expect.fail()),
      name,
      slotId: name,
      channel,
    }));
  const source = (driver: SourceDriver) => ({
    ...GOOD_ANSWERS.source,
    driver,
    settings: SETTINGS[driver],
    hasChannels: true,
  });
  const arduino = configOf({ source: source('firmata'), slots: slots({ ink: 'A0', tank: '4' }) });
  expect(arduino.hardware['arduino']).toMatchObject({
    channels: { ink: { kind: 'analog', pin: 'A0' }, tank: { kind: 'float-switch', pin: 4 } },
  });
  expect(arduino.slots['tank']?.sensor).toEqual({ from: 'arduino', channel: 'tank' });
  const bus = configOf({ source: source('modbus'), slots: slots({ level: '7:3' }) });
  expect(bus.hardware['bus']).toMatchObject({ channels: { level: { unit: 7, register: 3 } } });
});

test('whatever the texts, what comes back is what was answered, or a complaint', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.constantFrom('yes', '007', '~', "'", '"', 'a: b', '# x', '1e5', '-', '*a'),
  );
  fc.assert(
    fc.property(text, text, text, text, (deviceName, label, slotId, user) => {
      const broker = { ...GOOD_ANSWERS.broker, user };
      const changed = { deviceName, broker, slots: [{ ...(SLOT ?? expect.fail()), label, slotId }] };
      if (complaintAbout(changed) !== null) return;
      const config = configOf(changed);
      expect(config.device.name).toBe(deviceName);
      expect(config.mqtt.username).toBe(user);
      expect(config.slots['black']).toMatchObject({ name: label, slotId });
    }),
    { numRuns: 200 },
  );
});

test('what was not measured is said in the file, and left to do', () => {
  const slots = [{ ...(SLOT ?? expect.fail()), isCalibrated: false }];
  const answers: Answers = {
    ...GOOD_ANSWERS,
    slots,
    broker: { ...GOOD_ANSWERS.broker, user: 'printer', caFile: 'ca.pem' },
    token: { source: 'lwa', clientId: 'amzn1.x' },
  };
  expect(configText(answers, 'x')).toContain('NOT MEASURED YET');
  const steps = nextSteps(answers, '/tmp/agent.yaml', '/etc/replenish-agent/agent.yaml', true).join('\n');
  for (const part of [
    'sudo install -m 0640 /dev/stdin /tmp/mqtt-password',
    '/tmp/ca.pem',
    'register --config /tmp/agent.yaml',
    'calibrate black',
    'dryRun: false',
  ]) {
    expect(steps).toContain(part);
  }
  expect(nextSteps(GOOD_ANSWERS, '/etc/a.yaml', '/etc/a.yaml', false).join('\n')).not.toContain('--config');
});

test('the words of --slot are read in any order, and wrong ones are told', () => {
  expect(readSlotWords('black')).toEqual(new Map([['name', 'black']]));
  expect(readSlotWords('id=a=b, name=black,empty=-1')).toEqual(
    new Map([
      ['id', 'a=b'],
      ['name', 'black'],
      ['empty', '-1'],
    ]),
  );
  expect(readSlotWords('nme=black')).toMatch(/takes name=, id=/);
  expect(readSlotWords('name=')).toMatch(/needs a value after name=/);
  expect(readSlotWords('black,name=blue')).toMatch(/says name twice/);
});
