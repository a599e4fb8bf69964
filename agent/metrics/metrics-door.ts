import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ListenAddress } from '../../config/listen-address.ts';
import { CONTENT_TYPE, exposition } from './exposition.ts';
import { type MetricFacts, metricFamilies, type ProcessFacts } from './families.ts';

export type MetricsDoor = { close(): Promise<void> };

/** A scraper has one connection, and asks every few seconds; a person with curl has another. */
const CONNECTIONS_MAX = 8;
const REQUEST_MS_MAX = 5_000;
const HEAD_BYTES_MAX = 8_192;
const LOOP_RESOLUTION_MS = 20;
const NS_PER_S = 1e9;

/**
 * Answers GET /metrics, and nothing else. Resolves when it listens.
 * @throws Error of node:net when the address is taken, or is none of this machine.
 */
export async function openMetricsDoor(
  listen: ListenAddress,
  facts: (runtime: ProcessFacts) => MetricFacts,
): Promise<MetricsDoor> {
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  const processFacts = (): ProcessFacts => {
    const { user, system } = process.cpuUsage();
    const measured = {
      p50S: loopDelay.percentile(50) / NS_PER_S,
      p99S: loopDelay.percentile(99) / NS_PER_S,
      maxS: loopDelay.max / NS_PER_S,
    };
    loopDelay.reset();
    return {
      uptimeS: process.uptime(),
      residentBytes: process.memoryUsage.rss(),
      cpuS: (user + system) / 1e6,
      loopDelay: measured,
    };
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if ((request.url ?? '').split('?', 1)[0] !== '/metrics') {
      send(response, 404, 'text/plain', 'There is only /metrics here.\n');
    } else if (request.method !== 'GET') {
      response.setHeader('allow', 'GET');
      send(response, 405, 'text/plain', 'This can only be read.\n');
    } else send(response, 200, CONTENT_TYPE, exposition(metricFamilies(facts(processFacts()))));
  };
  const server = createServer({ maxHeaderSize: HEAD_BYTES_MAX, requestTimeout: REQUEST_MS_MAX }, answer);
  server.headersTimeout = REQUEST_MS_MAX;
  server.maxConnections = CONNECTIONS_MAX;
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  loopDelay.enable();
  return {
    close: async () => {
      loopDelay.disable();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response
    .writeHead(status, {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(body);
}
