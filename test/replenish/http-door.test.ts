import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../agent/replenish/classify.ts';
import { type HttpDoor, openHttpDoor } from '../../agent/replenish/http-door.ts';
import { drsRequests } from '../../agent/replenish/request.ts';
import type { Timing } from '../../hardware/timing.ts';
import { makeCertificate } from '../support/certificate.ts';

const realTiming: Timing = {
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const handle = setTimeout(run, delayMs);
    return () => clearTimeout(handle);
  },
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers each connection's bytes with what `script` says. */
function scripted(script: (socket: Socket, request: string) => void): Promise<number> {
  return listen(
    createServer((socket) => socket.on('data', (bytes) => script(socket, bytes.toString('latin1')))),
  );
}

function door(url: string, options: { caFile?: string; headersMs?: number; bodyMs?: number } = {}): HttpDoor {
  const timeouts = { connectMs: 5000, headersMs: options.headersMs ?? 5000, bodyMs: options.bodyMs ?? 5000 };
  const opened = openHttpDoor({ url, caFile: options.caFile ?? null, timeouts }, realTiming);
  cleanups.push(() => opened.close());
  return opened;
}

function replenish(opened: HttpDoor): Promise<Exchange> {
  return opened.exchange(drsRequests('', 'Atza|secret').replenish('slot 1'));
}

describe('what leaves', () => {
  it('is the request by the letter, on a connection that is kept', async () => {
    const requests: string[] = [];
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on('data', (bytes) => {
        requests.push(bytes.toString('latin1'));
        socket.write('HTTP/1.1 200 Accepted\r\nx-amzn-RequestId: r-1\r\ncontent-length: 2\r\n\r\n{}');
      });
    });
    const port = await listen(server);
    const opened = door(`http://127.0.0.1:${port}`);
    const first = await replenish(opened);
    // undici looks once whether the socket is still there before it uses it again.
    await new Promise((resolve) => setImmediate(resolve));
    await replenish(opened);
    expect(requests).toHaveLength(2);
    expect(requests[0]).toBe(
      [
        'POST /replenish/slot%201 HTTP/1.1',
        `host: 127.0.0.1:${port}`,
        'connection: keep-alive',
        'Authorization: Bearer Atza|secret',
        'x-amzn-type-version: com.amazon.dash.replenishment.DrsReplenishInput@1.0',
        'x-amzn-accept-type: com.amazon.dash.replenishment.DrsReplenishResult@1.0',
        'content-length: 0',
        '\r\n',
      ].join('\r\n'),
    );
    expect(connections).toBe(1);
    expect(first).toEqual({
      kind: 'answer',
      status: 200,
      headers: { requestId: 'r-1', errorType: null, retryAfter: null, date: null },
      body: '{}',
    });
  });
});

describe('a request that surely never left', () => {
  it('is told apart when nothing listens', async () => {
    const exchange = await replenish(door('http://127.0.0.1:1'));
    expect(exchange).toMatchObject({ kind: 'not-sent' });
    expect(exchange.kind === 'not-sent' && exchange.message).toMatch(/nothing listens there.*replenish\.url/);
  });

  it('is told apart when the TLS handshake is broken off', async () => {
    const port = await scripted((socket) => socket.resetAndDestroy());
    expect(await replenish(door(`https://127.0.0.1:${port}`))).toMatchObject({ kind: 'not-sent' });
  });

  it('is told apart when the certificate is from an unknown authority, and sent with the right one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ca-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const { caPem, certPem, keyPem } = makeCertificate({ hosts: ['127.0.0.1'] });
    let requests = 0;
    const server = createHttpsServer({ key: keyPem, cert: certPem }, (_request, response) => {
      requests++;
      response.end('{}');
    });
    const port = await listen(server);
    const refused = await replenish(door(`https://127.0.0.1:${port}`));
    expect(refused).toMatchObject({ kind: 'not-sent' });
    expect(refused.kind === 'not-sent' && refused.message).toMatch(/replenish\.caFile/);
    expect(requests).toBe(0);
    const caFile = join(folder, 'ca.pem');
    const trusting = door(`https://127.0.0.1:${port}`, { caFile });
    expect(await replenish(trusting)).toMatchObject({ kind: 'not-sent' });
    writeFileSync(caFile, caPem);
    expect(await replenish(trusting)).toMatchObject({ kind: 'answer', status: 200 });
  });
});

describe('a request that may have arrived', () => {
  it.each([
    ['the connection is reset', (socket: Socket) => socket.resetAndDestroy()],
    ['the connection is closed', (socket: Socket) => socket.end()],
    ['the answer is no HTTP', (socket: Socket) => socket.end('SSH-2.0-nonsense\r\n')],
  ])('has no answer when %s', async (_name, script) => {
    const port = await scripted(script);
    expect(await replenish(door(`http://127.0.0.1:${port}`))).toMatchObject({ kind: 'no-answer' });
  });

  it('has no answer when the headers do not come in time', async () => {
    const port = await scripted(() => undefined);
    const exchange = await replenish(door(`http://127.0.0.1:${port}`, { headersMs: 50 }));
    expect(exchange).toMatchObject({ kind: 'no-answer' });
  });
});

describe('an answer that can not be read', () => {
  it.each([
    ['is cut off', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"det')],
    ['is too large', (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(100_000)}`)],
    ['never ends', (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"det')],
  ])('but has a status counts by its status when it %s', async (_name, script) => {
    const port = await scripted(script);
    const exchange = await replenish(door(`http://127.0.0.1:${port}`, { bodyMs: 50 }));
    expect(exchange).toMatchObject({ kind: 'answer', status: 200, body: null });
  });
});

describe('the token', () => {
  it('is taken out of whatever an answer repeats', async () => {
    const port = await scripted((socket) => {
      const body = '{"message":"bad: Atza|secret"}';
      socket.end(
        `HTTP/1.1 400 Bad\r\nx-amzn-RequestId: Atza|secret\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    });
    const exchange = await replenish(door(`http://127.0.0.1:${port}`));
    expect(exchange).toMatchObject({ kind: 'answer', status: 400 });
    expect(JSON.stringify(exchange)).not.toContain('secret');
  });
});

it('a redirect is an answer and is not followed', async () => {
  let connections = 0;
  const port = await scripted((socket) => {
    connections++;
    socket.end('HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n');
  });
  expect(await replenish(door(`http://127.0.0.1:${port}`))).toMatchObject({ kind: 'answer', status: 302 });
  expect(connections).toBe(1);
});
