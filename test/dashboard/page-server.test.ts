import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PageServer, startPageServer } from '../../agent/commands/page-server.ts';
import { PAGE_PATHS } from '../../agent/dashboard/page-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
let page: PageServer;

beforeAll(async () => {
  for (const [name] of Object.values(PAGE_PATHS)) writeFileSync(join(folder, name), `this is ${name}`);
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  page = await startPageServer({
    folder,
    listen: { host: '127.0.0.1', port: 0 },
    hints: { brokerUrl: 'ws://broker.example:9001', topicPrefix: 'site' },
  });
});

afterAll(async () => {
  await page.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A request to the letter: fetch would tidy the path. */
function ask(path: string, method = 'GET', headers: Readonly<Record<string, string>> = {}) {
  return new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>(
    (resolve, reject) => {
      const { port } = new URL(page.url);
      request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
        );
      })
        .on('error', reject)
        .end();
    },
  );
}

describe('the server of the page', () => {
  test.each(Object.entries(PAGE_PATHS))(
    'serves %s with strict headers',
    async (path, [name, contentType]) => {
      const { status, body, headers } = await ask(path);
      expect([status, body]).toEqual([200, `this is ${name}`]);
      expect(headers).toMatchObject({
        'content-type': contentType,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      });
    },
  );

  test('tells the page where the broker is', async () => {
    const { body } = await ask('/settings.json');
    expect(JSON.parse(body)).toEqual({ brokerUrl: 'ws://broker.example:9001', topicPrefix: 'site' });
  });

  test.each([
    '/secret.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/page.js/../secret.txt',
    '//etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/index.html',
    '/__proto__',
    '/constructor',
    '/page.js%00',
  ])('has nothing at %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  test('can only be read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await ask('/', method);
      expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
    }
    expect((await ask('/', 'HEAD')).body).toBe('');
  });

  test('sends nothing again that the browser has', async () => {
    const { headers } = await ask('/page.js');
    const again = await ask('/page.js', 'GET', { 'if-none-match': String(headers['etag']) });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  test('lives through what is no HTTP', async () => {
    await new Promise((resolve) => {
      const socket = connect(Number(new URL(page.url).port), '127.0.0.1', () =>
        socket.end('\x10\x20MQTT\r\n\r\n'),
      );
      socket
        .on('close', resolve)
        .on('error', () => undefined)
        .resume();
    });
    expect((await ask('/')).status).toBe(200);
  });
});
