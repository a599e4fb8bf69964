import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { brokerAuth } from '../../agent/doctor/broker-auth.ts';
import { brokerDns } from '../../agent/doctor/broker-dns.ts';
import { brokerTcp } from '../../agent/doctor/broker-tcp.ts';
import { brokerTls } from '../../agent/doctor/broker-tls.ts';
import type { Finding } from '../../agent/doctor/check.ts';
import { makeCertificate } from '../support/certificate.ts';
import { freePort, type Mosquitto, type MosquittoOptions, startMosquitto } from '../support/mosquitto.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { configOf, folder, rounds } from './rounds.ts';

const DAY_MS = 86_400_000;

async function broker(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const mosquitto = await startMosquitto(options);
  onTestFinished(() => mosquitto.dispose());
  return mosquitto;
}

function file(name: string, text: string): string {
  const path = join(folder(), name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

type Mqtt = Readonly<Record<string, unknown>>;
const dns = (mqtt: Mqtt): Promise<Finding> => brokerDns(configOf({ mqtt }).mqtt).run(rounds());
const tcp = (mqtt: Mqtt): Promise<Finding> => brokerTcp(configOf({ mqtt }).mqtt).run(rounds());
const tls = (mqtt: Mqtt): Promise<Finding> => brokerTls(configOf({ mqtt }).mqtt).run(rounds());
const auth = (mqtt: Mqtt): Promise<Finding> => brokerAuth(configOf({ mqtt })).run(rounds());

describe('dns', () => {
  test('finds localhost, and leaves an address alone', async () => {
    expect(await dns({ url: 'mqtt://localhost' })).toMatchObject({
      verdict: 'ok',
      found: expect.stringMatching(/^localhost is .*(?:127\.0\.0\.1|::1)/),
    });
    expect(await dns({ url: 'mqtts://[::1]:8883' })).toMatchObject({ verdict: 'ok' });
  });

  test('tells a name that nobody knows', async () => {
    expect(await dns({ url: 'mqtts://broker.invalid' })).toEqual({
      verdict: 'FAIL',
      found: "The broker's name broker.invalid cannot be resolved: check mqtt.url and the network's DNS.",
      remedy: 'getent hosts broker.invalid',
    });
  });
});

test('tcp tells whether anybody listens', async () => {
  const { port } = await broker();
  expect(await tcp({ url: `mqtt://127.0.0.1:${port}` })).toMatchObject({
    verdict: 'ok',
    found: expect.stringMatching(new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 answers after \\d+ ms\\.$`)),
  });
  const nobody = await freePort();
  expect(await tcp({ url: `mqtt://127.0.0.1:${nobody}` })).toMatchObject({
    verdict: 'FAIL',
    found: expect.stringContaining('connection refused'),
    remedy: `nc -vz 127.0.0.1 ${nobody}`,
  });
});

describe('tls', () => {
  const hosts = ['127.0.0.1'];
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS + DAY_MS / 2);

  test('tells who issued the certificate and when it expires, and warns two weeks before', async () => {
    const good = makeCertificate({ hosts, notAfter: inDays(90) });
    const { url } = await broker({ tls: good });
    expect(await tls({ url, caFile: file('ca.pem', good.caPem) })).toMatchObject({
      verdict: 'ok',
      found: expect.stringMatching(
        /^TLSv1\.[23]; the certificate is issued by .+ and expires on \d{4}-\d\d-\d\d, in 90 days\.$/,
      ),
    });
    const short = makeCertificate({ hosts, notAfter: inDays(13) });
    const soon = await broker({ tls: short });
    expect(await tls({ url: soon.url, caFile: file('ca.pem', short.caPem) })).toMatchObject({
      verdict: 'warn',
      found: expect.stringMatching(/in 13 days: renew it\.$/),
      remedy: expect.stringMatching(/^openssl s_client -connect 127\.0\.0\.1:\d+ -CAfile /),
    });
  });

  test.each([
    ['of another authority', { hosts }, true, /not signed by a trusted authority/],
    [
      'that has expired',
      { hosts, notAfter: new Date('2020-01-01') },
      false,
      /has expired by this board's clock/,
    ],
    ['for another name', { hosts: ['elsewhere.test'] }, false, /is for another name/],
  ])('refuses a certificate %s', async (_case, request, isStranger, sentence) => {
    const shown = makeCertificate(request);
    const { url } = await broker({ tls: shown });
    const caPem = isStranger ? makeCertificate({ hosts }).caPem : shown.caPem;
    expect(await tls({ url, caFile: file('ca.pem', caPem) })).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringMatching(sentence),
    });
  });

  test('tells a port without TLS, a file that is not there, and a connection that anybody reads', async () => {
    const { port } = await broker();
    expect(await tls({ url: `mqtts://127.0.0.1:${port}` })).toMatchObject({ verdict: 'FAIL' });
    expect(await tls({ url: `mqtts://127.0.0.1:${port}`, caFile: "/no/such 'ca" })).toEqual({
      verdict: 'FAIL',
      found: expect.stringContaining('is not there yet'),
      remedy: String.raw`ls -l '/no/such '\''ca'`,
    });
    expect(await tls({ url: 'mqtt://192.0.2.1', allowInsecure: true })).toMatchObject({ verdict: 'warn' });
    expect(await tls({ url: 'mqtt://localhost' })).toMatchObject({ verdict: 'ok' });
  });
});

describe('auth', () => {
  const user = { username: 'printer', password: 'gRoss-geheim' };

  test('is let in under its own client id, publishes nothing, leaves no will and no session', async () => {
    const mosquitto = await broker({ user });
    const { url } = mosquitto;
    const passwordFile = file('password', `${user.password}\n`);
    const agent = await connectAsync(url, { ...user, clientId: 'replenish-printer-7' });
    onTestFinished(() => agent.endAsync());
    const lost: unknown[] = [];
    agent.on('close', () => lost.push('close'));
    const heard = await recordTopics(url, user);
    onTestFinished(() => heard.close());
    expect(await auth({ url, username: user.username, passwordFile })).toEqual({
      verdict: 'ok',
      found:
        'The broker lets the device in as printer, by MQTT 5, and takes its subscriptions; publishing is not tried.',
      remedy: null,
    });
    await expect.poll(() => mosquitto.log()).toMatch(/Client replenish-printer-7-doctor disconnected/);
    expect(mosquitto.log()).toMatch(/replenish-printer-7-doctor \(p5, c1, k60, u'printer'\)/);
    // A will that was set is logged as such behind the line of the connection.
    expect(mosquitto.log()).not.toMatch(/Will message specified/);
    expect(mosquitto.log()).not.toMatch(/Received PUBLISH from replenish-printer-7-doctor/);
    expect(lost).toEqual([]);
    expect(heard.messages).toEqual([]);
  });

  test('tells a wrong password without it, and what to type', async () => {
    const { url, port } = await broker({ user });
    const passwordFile = file('wrong', 'ganz-falsch');
    const finding = await auth({ url, username: 'printer', passwordFile });
    expect(finding).toEqual({
      verdict: 'FAIL',
      found: expect.stringMatching(/user name or password|does not authorise this client/),
      remedy: `mosquitto_sub -d -h 127.0.0.1 -p ${port} -u printer -P "$(cat ${passwordFile})" -t replenish/printer-7/notification`,
    });
    expect(JSON.stringify(finding)).not.toContain('ganz-falsch');
  });

  test('tells a password file that is not there', async () => {
    expect(await auth({ url: 'mqtt://127.0.0.1:1', username: 'a', passwordFile: '/no/such' })).toEqual({
      verdict: 'FAIL',
      found: expect.stringContaining('is not there yet'),
      remedy: 'ls -l /no/such',
    });
  });

  test('tells topics that the broker keeps from the device, and falls back to MQTT 3.1.1', async () => {
    const aedes = await Aedes.createBroker({
      authorizeSubscribe: (_client, subscription, done) =>
        done(null, subscription.topic.endsWith('/token') ? null : subscription),
    });
    const server = createServer(aedes.handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      aedes.close();
    });
    const { port } = server.address() as AddressInfo;
    expect((await auth({ url: `mqtt://127.0.0.1:${port}` })).found).toBe(
      "The broker lets the device in without a user name, by MQTT 3.1.1. The broker refuses the subscription to replenish/printer-7/token: allow this client to read it in the broker's access rules.",
    );
  });
});
