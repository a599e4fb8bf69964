import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

describe('the command dashboard', () => {
  const COMMAND = new URL('../../agent/commands/dashboard.ts', import.meta.url).href;

  /** In a process of its own, because it lives until a signal comes. */
  function command(port: number, folders: readonly string[]) {
    const words = {
      listen: { host: '127.0.0.1', port },
      hints: { brokerUrl: null, topicPrefix: 'replenish' },
    };
    const script = `import { dashboard } from ${JSON.stringify(COMMAND)};
      process.exit(await dashboard(${JSON.stringify(words)}, ${JSON.stringify(folders)}));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const closed = once(child, 'close');
    let said = '';
    const begun = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes('\n')) resolve();
        });
    });
    return { child, closed, begun, said: () => said };
  }

  test('tells its address, serves the page, and ends on a signal with 0', async () => {
    const { child, closed, begun, said } = command(0, ['/nowhere', folder]);
    await begun;
    const [url = ''] = /http:\S+/.exec(said()) ?? [];
    expect(await (await fetch(`${url}page.js`)).text()).toBe('this is page.js');
    child.kill('SIGTERM');
    await closed;
    expect(child.exitCode).toBe(0);
  });

  test.each([
    [
      'an address that is taken',
      () => [folder],
      /Another program listens on 127\.0\.0\.1:\d+: choose another one/,
    ],
    ['a page that was not built', () => ['/nowhere'], /not built yet\. Type npm run build/],
  ])('fails in words at %s', async (_, folders, words) => {
    const { child, closed, said } = command(Number(new URL(page.url).port), folders());
    await closed;
    expect([child.exitCode, said()]).toEqual([1, expect.stringMatching(words)]);
  });
});
