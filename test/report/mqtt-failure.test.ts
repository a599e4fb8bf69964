import { expect, test } from 'vitest';
import {
  clientFailure,
  disconnectReason,
  missingCapability,
  publishRefusal,
  transportFailure,
} from '../../agent/report/mqtt-failure.ts';

const target = { scheme: 'mqtts', host: 'broker.example', port: 8883, path: '/' } as const;
const coded = (code: string | number) => Object.assign(new Error('SECRET from the other side'), { code });

test.each([
  ['ECONNREFUSED', 'check that the broker runs'],
  ['ENOTFOUND', 'DNS'],
  ['EAI_AGAIN', 'DNS'],
  ['ETIMEDOUT', 'firewall'],
  ['EHOSTUNREACH', 'network connection'],
  ['ECONNRESET', 'right scheme and port'],
  ['EACCES', 'restrictions'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'mqtt.caFile'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "certificate's name in mqtt.url"],
  ['CERT_NOT_YET_VALID', 'check the clock'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS port'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'mqtt.certFile'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'TLS 1.2'],
  ['ERR_OSSL_PEM_NO_START_LINE', 'PEM text'],
  ['EWHATEVER', "broker's log"],
])('%s becomes a sentence with the remedy and nothing of the other side', (code, remedy) => {
  const { sentence } = transportFailure(coded(code), target);
  expect(sentence).toContain(remedy);
  expect(sentence).toMatch(/\.$/);
  expect(sentence).not.toContain('SECRET');
});

test.each([
  [1, 'version-refused', 'MQTT version'],
  [132, 'version-refused', 'MQTT version'],
  [2, 'refused', 'client id'],
  [136, 'refused', 'keeps trying'],
  [4, 'refused', 'mqtt.passwordFile'],
  [134, 'refused', 'mqtt.passwordFile'],
  [5, 'refused', 'access rules'],
  [138, 'refused', 'ban'],
  [159, 'refused', 'limit'],
  [199, 'refused', 'code 199'],
])('a CONNACK with %d is %s and says what to do', (code, stage, remedy) => {
  const failure = clientFailure(coded(code), false, target);
  expect(failure.stage).toBe(stage);
  expect(failure.sentence).toContain(remedy);
  expect(failure.sentence).not.toContain('SECRET');
});

test('a packet above the advertised size spoils the session', () => {
  expect(clientFailure(coded(149), true, target)).toMatchObject({ poisoned: true });
});

test('a dead line and a broken protocol are told apart', () => {
  expect(clientFailure(new Error('Keepalive timeout'), true, target).sentence).toContain('no longer answers');
  expect(clientFailure(new Error('Not supported'), false, target).sentence).toContain('names an MQTT broker');
});

test('a DISCONNECT because of a second client names the device id', () => {
  expect(disconnectReason(142)).toContain('its own device.id');
});

test('a broker without QoS 1, or without retained messages, is refused', () => {
  expect(missingCapability(0, true)).toMatchObject({
    stage: 'refused',
    sentence: expect.stringContaining('QoS 1'),
  });
  expect(missingCapability(1, false)).toMatchObject({ sentence: expect.stringContaining('retained') });
  expect(missingCapability(1, true)).toBeNull();
});

test('a refused message names its topic', () => {
  expect(publishRefusal('a/b', coded(135))).toMatch(/a\/b .*access rules/);
  expect(publishRefusal('a/b', coded(151))).toMatch(/code 151/);
});
