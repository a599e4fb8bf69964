import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { freePort, type MosquittoOptions, startMosquitto } from '../support/mosquitto.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { createLinkBench, NAMES } from './link-bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));

const broker = makeCertificate({ hosts: ['127.0.0.1', 'localhost'] });
const stranger = makeCertificate({ hosts: ['127.0.0.1'] });
const elsewhere = makeCertificate({ hosts: ['broker.example'] });
const ownSigned = makeCertificate({ hosts: ['127.0.0.1'], isSelfSigned: true });
const tomorrow = new Date(Date.now() + 86_400_000);
const early = makeCertificate({ hosts: ['127.0.0.1'], notBefore: tomorrow });

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function startBroker(options: MosquittoOptions) {
  const mosquitto = await startMosquitto(options);
  onTestFinished(() => mosquitto.dispose());
  return mosquitto;
}

/** The first thing that the link says about the broker. */
async function firstWord(...options: Parameters<typeof createLinkBench>) {
  const bench = createLinkBench(...options);
  bench.link.start();
  await bench.until(() => bench.states.length > 0);
  const [state] = bench.states;
  return { ...bench, error: state?.error ?? null };
}

const user = { username: 'printer', password: 'gRoss-geheim' };

test('with the right user name and password the broker lets in', async () => {
  const { url } = await startBroker({ user });
  const passwordFile = file('right', `${user.password}\n`);
  expect(await firstWord(url, { username: user.username, passwordFile })).toMatchObject({ error: null });
});

test('a wrong password is told with where to look, and not what it was', async () => {
  const { url } = await startBroker({ user });
  const passwordFile = file('wrong', 'ganz-falsch');
  const { error, states } = await firstWord(url, { username: user.username, passwordFile });
  expect(error).toMatch(/user name or password|does not authorise this client/);
  expect(error).toContain('mqtt.username');
  expect(JSON.stringify(states)).not.toContain('ganz-falsch');
});

test('a password that is put right while the agent runs is taken up', async () => {
  const { url } = await startBroker({ user });
  const passwordFile = file('late', 'ganz-falsch');
  const { link, error, until } = await firstWord(url, { username: user.username, passwordFile });
  expect(error).not.toBeNull();
  file('late', user.password);
  await until(() => link.connected());
});

test('a certificate of the configured authority is accepted', async () => {
  const { url } = await startBroker({ tls: broker });
  expect(await firstWord(url, { caFile: file('ca.pem', broker.caPem) })).toMatchObject({ error: null });
});

test.each<[string, Certificate, string | null, RegExp]>([
  ['of another authority', broker, stranger.caPem, /not signed by a trusted authority .*mqtt\.caFile/],
  ['of no authority the runtime knows', broker, null, /not signed by a trusted authority .*mqtt\.caFile/],
  ['for another host', elsewhere, elsewhere.caPem, /is for another name/],
  ['that signed itself', ownSigned, null, /not signed by a trusted authority .*mqtt\.caFile/],
  ['that is not valid yet', early, early.caPem, /not valid yet by this board's clock: check the clock/],
])('a certificate %s is refused, with the remedy', async (_case, served, ca, sentence) => {
  const { url } = await startBroker({ tls: served });
  const { error, link } = await firstWord(url, { caFile: ca === null ? null : file('any-ca.pem', ca) });
  expect(error).toMatch(sentence);
  expect(link.connected()).toBe(false);
});

test('an expired certificate is refused, and the clock is mentioned', async () => {
  const expired = makeCertificate({ hosts: ['127.0.0.1'], notAfter: new Date('2020-01-01') });
  const { url } = await startBroker({ tls: expired });
  const { error } = await firstWord(url, { caFile: file('expired-ca.pem', expired.caPem) });
  expect(error).toMatch(/has expired by this board's clock/);
});

test('verification cannot be switched off from the environment', async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  onTestFinished(() => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  });
  const { url } = await startBroker({ tls: broker });
  expect((await firstWord(url)).error).toMatch(/not signed by a trusted authority/);
});

test('a broker that wants a client certificate gets it, and its lack is told', async () => {
  const client = makeCertificate({ hosts: ['printer-7'] });
  const { url } = await startBroker({ tls: broker, clientCaPem: client.caPem });
  const caFile = file('mutual-ca.pem', broker.caPem);
  const { error } = await firstWord(url, { caFile });
  expect(error).toMatch(/set mqtt\.certFile and mqtt\.keyFile|broke the connection off/);
  const certFile = file('client.pem', client.certPem);
  const keyFile = file('client-key.pem', client.keyPem);
  expect(await firstWord(url, { caFile, certFile, keyFile })).toMatchObject({ error: null });
  const foreignKeyFile = file('foreign-key.pem', stranger.keyPem);
  expect((await firstWord(url, { caFile, certFile, keyFile: foreignKeyFile })).error).toMatch(
    /keyFile is not the key of mqtt\.certFile/,
  );
});

test('a client certificate of an authority that the broker does not know is refused, with the remedy', async () => {
  const { url } = await startBroker({ tls: broker, clientCaPem: stranger.caPem });
  const certFile = file('unknown.pem', broker.certPem);
  const keyFile = file('unknown-key.pem', broker.keyPem);
  const caFile = file('of-broker.pem', broker.caPem);
  const { error } = await firstWord(url, { caFile, certFile, keyFile });
  expect(error).toMatch(/set mqtt\.certFile and mqtt\.keyFile|broke the connection off/);
});

test('a key file that is no key is told', async () => {
  const certFile = file('good.pem', broker.certPem);
  const { error } = await firstWord('mqtts://127.0.0.1:1', { certFile, keyFile: file('bad.pem', 'no key') });
  expect(error).toMatch(/must be PEM text/);
});

test('TLS spoken to a plain port, and plain MQTT to a TLS port, are told', async () => {
  const plain = await startBroker({});
  expect((await firstWord(plain.url.replace('mqtt:', 'mqtts:'))).error).toMatch(
    /TLS port|right scheme and port/,
  );
  const secure = await startBroker({ tls: broker });
  expect((await firstWord(secure.url.replace('mqtts:', 'mqtt:'))).error).toMatch(/right scheme and port/);
});

test('a broker that is not there is told with its place', async () => {
  const port = await freePort();
  const { error } = await firstWord(`mqtt://127.0.0.1:${port}`);
  expect(error).toMatch(
    new RegExp(`No MQTT broker answers at 127\\.0\\.0\\.1:${port} \\(connection refused\\)`),
  );
});

/** Web sockets before a broker, as a reverse proxy serves them, under `/mqtt`. */
async function startWebSocketFront(brokerPort: number, tls: Certificate | null): Promise<number> {
  const http = tls ? createHttpsServer({ cert: tls.certPem, key: tls.keyPem }) : createHttpServer();
  const sockets = new WebSocketServer({ server: http, path: '/mqtt', handleProtocols: () => 'mqtt' });
  sockets.on('connection', (socket) => {
    const stream = createWebSocketStream(socket);
    const outbound = connect(brokerPort, '127.0.0.1');
    for (const end of [stream, outbound]) end.on('error', () => {});
    stream.pipe(outbound).pipe(stream);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.close();
    http.closeAllConnections();
  });
  return (http.address() as AddressInfo).port;
}

test('over a web socket the broker is reached all the same', async () => {
  const mosquitto = await startBroker({});
  const port = await startWebSocketFront(mosquitto.port, null);
  const recorder = await recordTopics(mosquitto.url);
  onTestFinished(() => recorder.close());
  const { link, states } = await firstWord(`ws://127.0.0.1:${port}/mqtt`);
  expect(states).toEqual([{ connected: true, protocolVersion: 5, error: null }]);
  await link.stop();
  await recorder.publish('end', '');
  await recorder.until((messages) => messages.some(({ topic }) => topic === 'end'));
  expect(recorder.payloads(NAMES.status)).toEqual(['online', 'offline']);
  // The farewell comes after the last message, on a connection of its own: nothing orders it before the recorder's.
  await vi.waitFor(
    () => expect(mosquitto.log()).toContain('Received DISCONNECT from plant-replenish'),
    10_000,
  );
});

test('a secure web socket is verified as TLS is', async () => {
  const mosquitto = await startBroker({});
  const port = await startWebSocketFront(mosquitto.port, broker);
  const url = `wss://127.0.0.1:${port}/mqtt`;
  expect((await firstWord(url, { caFile: file('ws-stranger.pem', stranger.caPem) })).error).toMatch(
    /not signed by a trusted authority/,
  );
  expect(await firstWord(url, { caFile: file('ws-ca.pem', broker.caPem) })).toMatchObject({ error: null });
});

test('a wrong path of a web socket is told', async () => {
  const mosquitto = await startBroker({});
  const port = await startWebSocketFront(mosquitto.port, null);
  expect((await firstWord(`ws://127.0.0.1:${port}/wrong`)).error).toMatch(/check the path in mqtt\.url/);
});

test('a web socket that is stopped in the middle of connecting leaves nothing behind', async () => {
  const { link, states } = createLinkBench('ws://127.0.0.1:1/mqtt');
  link.start();
  await link.stop();
  expect(states).toEqual([]);
});
