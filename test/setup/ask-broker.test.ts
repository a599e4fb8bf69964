import { expect, test } from 'vitest';
import { Questions } from '../../agent/setup/ask.ts';
import { askBroker } from '../../agent/setup/ask-broker.ts';
import { Person } from './person.ts';

const PLAIN = 'mqtt://broker.example.net';
const SAFE = 'mqtts://broker.example.net';

function asking(person: Person | null, given: Readonly<Record<string, string>> = {}): Questions {
  return new Questions(new Map(Object.entries(given)), person, false);
}

test('a broker without TLS is taken when the person says so, and another one after a no', async () => {
  const willing = new Person(PLAIN, 'yes', '');
  expect(await askBroker(asking(willing), false)).toEqual({
    url: PLAIN,
    allowInsecure: true,
    user: null,
    caFile: null,
  });
  expect(willing.asked[1]).toContain('Without TLS anybody on the network can read and change');
  const careful = new Person(PLAIN, 'no', SAFE, 'kitchen');
  expect(await askBroker(asking(careful), false)).toMatchObject({
    url: SAFE,
    allowInsecure: false,
    user: 'kitchen',
  });
});

test('a broker on this machine, or one that was allowed beforehand, is not asked about', async () => {
  const here = new Person('mqtt://127.0.0.1', '');
  expect(await askBroker(asking(here), false)).toMatchObject({ allowInsecure: false });
  expect(await askBroker(asking(new Person(PLAIN, '')), true)).toMatchObject({ allowInsecure: true });
});

test('an option that will not do is asked for anew, so that no answer before it is lost', async () => {
  const given = { broker: 'http://broker.example.net', 'ca-file': 'ca\u0001.pem' };
  const person = new Person('mqtt://127.0.0.1', '', '');
  expect(await askBroker(asking(person, given), false)).toEqual({
    url: 'mqtt://127.0.0.1',
    allowInsecure: false,
    user: null,
    caFile: null,
  });
  expect(person.asked[0]).toMatch(/^--broker "http:.*: .+\. MQTT broker/);
  expect(person.asked[2]).toMatch(/^--ca-file: .+\. File with the authorities/);
  const refused = new Person('no', SAFE, '');
  expect(await askBroker(asking(refused, { broker: PLAIN }), false)).toMatchObject({ url: SAFE });
});

test('without a person a broker without TLS is refused with the remedy', async () => {
  await expect(askBroker(asking(null, { broker: PLAIN }), false)).rejects.toThrow(
    /^--broker "mqtt:.*--allow-insecure/,
  );
});
