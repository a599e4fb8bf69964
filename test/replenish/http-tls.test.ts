import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../agent/replenish/classify.ts';
import { openHttpDoor } from '../../agent/replenish/http-door.ts';
import { drsRequests } from '../../agent/replenish/request.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = makeCertificate({ hosts: ['127.0.0.1'] });
const stranger = makeCertificate({ hosts: ['127.0.0.1'] });
const elsewhere = makeCertificate({ hosts: ['drs.example'] });
const expired = makeCertificate({ hosts: ['127.0.0.1'], notAfter: new Date(Date.now() - DAY_MS) });
const early = makeCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(Date.now() + DAY_MS) });

const peers = [
  { name: 'DRS', settings: 'replenish' },
  { name: 'Login with Amazon', settings: 'replenish.token' },
];

/** Counts the requests that get through. */
async function serve(options: ServerOptions | null): Promise<{ readonly port: number; asked(): number }> {
  let requests = 0;
  const answer: Parameters<typeof createHttpServer>[1] = (_request, response) => {
    requests += 1;
    response.end('{}');
  };
  const server: Server = options === null ? createHttpServer(answer) : createHttpsServer(options, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, asked: () => requests };
}

async function ask(
  url: string,
  ca: string | null,
  peer = peers[0],
): Promise<Exchange & { message?: string }> {
  const caFile = ca === null ? null : join(folder, 'ca.pem');
  if (caFile !== null) writeFileSync(caFile, ca ?? '');
  const timeouts = { connectMs: 20_000, headersMs: 20_000, bodyMs: 20_000 };
  const door = openHttpDoor({ url, caFile, timeouts }, new VirtualTiming(), peer);
  onTestFinished(() => door.close());
  return door.exchange(drsRequests('', 'Atza|secret').replenish('slot'));
}

const served = ({ certPem, keyPem }: Certificate): ServerOptions => ({ cert: certPem, key: keyPem });

describe.each(peers)('$name', (peer) => {
  test.each<[string, Certificate, string | null, RegExp]>([
    ['of another authority', good, stranger.caPem, /not from an authority known here: set SETTINGS\.caFile/],
    [
      'of no authority the runtime knows',
      good,
      null,
      /not from an authority known here: set SETTINGS\.caFile/,
    ],
    ['for another host', elsewhere, elsewhere.caPem, /for another host: check SETTINGS\.url/],
    [
      'that has expired',
      expired,
      expired.caPem,
      /has expired, or this device's clock is wrong \(timedatectl\)/,
    ],
    [
      'that is not valid yet',
      early,
      early.caPem,
      /not valid yet: this device's clock is wrong \(timedatectl\)/,
    ],
  ])(
    'gets nothing with a certificate %s, and the remedy is told',
    async (_case, certificate, ca, sentence) => {
      const server = await serve(served(certificate));
      const exchange = await ask(`https://127.0.0.1:${server.port}`, ca, peer);
      expect(exchange).toMatchObject({ kind: 'not-sent', message: expect.stringContaining(peer.name) });
      expect(exchange.message?.replaceAll(`${peer.settings}.`, 'SETTINGS.')).toMatch(sentence);
      expect(server.asked()).toBe(0);
    },
  );
});

test('a certificate that signed itself is refused, and trusted when it is the one in caFile', async () => {
  const own = makeCertificate({ hosts: ['127.0.0.1'], isSelfSigned: true });
  const { port, asked } = await serve(served(own));
  const { message } = await ask(`https://127.0.0.1:${port}`, null);
  expect(message).toMatch(/set replenish\.caFile.*DEPTH_ZERO_SELF_SIGNED_CERT/);
  expect(asked()).toBe(0);
  expect(await ask(`https://127.0.0.1:${port}`, own.caPem)).toMatchObject({ kind: 'answer', status: 200 });
});

test('a server without TLS behind https is told as that', async () => {
  const { port, asked } = await serve(null);
  const exchange = await ask(`https://127.0.0.1:${port}`, null);
  expect(exchange.message).toMatch(
    /nothing was sent: .*does not speak TLS: check the port in replenish\.url/,
  );
  expect(asked()).toBe(0);
});

test('a server with TLS behind http may have been reached, and https is recommended', async () => {
  const { port, asked } = await serve(served(good));
  const exchange = await ask(`http://127.0.0.1:${port}`, null);
  expect(exchange).toMatchObject({ kind: 'no-answer', message: expect.stringMatching(/begins with https/) });
  expect(asked()).toBe(0);
});

test('a server with nothing newer than TLS 1.1 is told without the words of OpenSSL', async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
  const { port } = await serve({ ...served(good), ...old });
  const { message } = await ask(`https://127.0.0.1:${port}`, good.caPem);
  expect(message).toMatch(/TLS 1\.2 or newer \(ERR_SSL_/);
  expect(message).not.toContain('openssl');
});

test('a connection that is broken off in the handshake sent nothing, and says where to look', async () => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect(await ask(`https://127.0.0.1:${port}`, null)).toMatchObject({
    kind: 'not-sent',
    message: expect.stringMatching(/proxy or firewall on the way/),
  });
});
