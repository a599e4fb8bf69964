import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adminHelp } from './admin-help.ts';
import { ADMIN_ROUTES, type AdminReply } from './admin-routes.ts';
import type { Sandbox } from './sandbox.ts';

export type AdminApi = {
  /** Origin, without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
};

const MAX_BODY_BYTES = 65_536;

/**
 * Serves the sandbox's controls on a loopback port of their own, so that the strict API stays pure.
 * @param port 0 lets the system choose.
 */
export async function startAdminApi(sandbox: Sandbox, port: number): Promise<AdminApi> {
  const server = createServer((request, response) => {
    const send = (status: number, contentType: string, text: string): void => {
      response.writeHead(status, { 'Content-Type': contentType }).end(text);
    };
    answer(request, sandbox).then(
      (reply) =>
        typeof reply === 'string'
          ? send(200, 'text/plain; charset=utf-8', reply)
          : send(reply.status, 'application/json', `${JSON.stringify(reply.body, null, 2)}\n`),
      () => request.socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, sandbox: Sandbox): Promise<AdminReply | string> {
  const body = await readJson(request);
  if (body === null) return { status: 400, body: { message: 'The body must be a JSON object, or nothing.' } };
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method === 'GET' && url.pathname === '/sandbox') return adminHelp(sandbox);
  for (const route of ADMIN_ROUTES) {
    const slot = matchSlot(route.path, url.pathname);
    if (route.method !== request.method || slot === null) continue;
    const serial = url.searchParams.get('serial');
    try {
      return route.run({ sandbox, slot, which: serial === null ? {} : { serial }, json: body });
    } catch (error) {
      // The sandbox throws on names that do not exist.
      return { status: 404, body: { message: error instanceof Error ? error.message : String(error) } };
    }
  }
  return { status: 404, body: { message: 'There is no such call: GET /sandbox lists them.' } };
}

/** The decoded slot of a path, `''` for a route without one, null when the path is another. */
function matchSlot(route: string, path: string): string | null {
  const [start = '', hasSlot] = route.split('{slot}');
  if (hasSlot === undefined) return path === route ? '' : null;
  if (!path.startsWith(start)) return null;
  try {
    return decodeURIComponent(path.slice(start.length));
  } catch {
    return null;
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_BODY_BYTES) return null;
  }
  if (text === '') return {};
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : null;
  } catch {
    return null;
  }
}
