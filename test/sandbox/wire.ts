import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from './answer.ts';
import type { Wire } from './spoil.ts';

/**
 * Puts an answer, or what a fault made of it, on the connection.
 * @param tcp the bare TCP socket, below TLS if there is any.
 */
export function sendWire(wire: Wire, response: ServerResponse, tcp: Socket): void {
  switch (wire.kind) {
    case 'answer':
      writeHead(response, wire.answer, Buffer.byteLength(wire.answer.body));
      response.end(wire.answer.body);
      return;
    case 'truncated': {
      const bytes = Buffer.from(wire.answer.body);
      writeHead(response, wire.answer, bytes.length);
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.end());
      return;
    }
    case 'trickle':
      trickle(wire.answer, response, wire.intervalMs);
      return;
    case 'drop':
      response.socket?.destroy();
      return;
    case 'reset':
      tcp.resetAndDestroy();
      return;
    case 'hang':
      return;
  }
}

function writeHead(response: ServerResponse, answer: Answer, contentLength: number): void {
  response.writeHead(answer.status, answer.reason, { ...answer.headers, 'Content-Length': contentLength });
}

function trickle(answer: Answer, response: ServerResponse, intervalMs: number): void {
  const { socket } = response;
  if (socket === null) return;
  const head = Object.entries({
    ...answer.headers,
    'Content-Length': Buffer.byteLength(answer.body),
    Connection: 'close',
  });
  const lines = head.map(([name, value]) => `${name}: ${value}`);
  const reason = answer.reason || STATUS_CODES[answer.status];
  const bytes = Buffer.from([`HTTP/1.1 ${answer.status} ${reason}`, ...lines, '', answer.body].join('\r\n'));
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < bytes.length) socket.write(bytes.subarray(sent, sent + 1));
    else socket.end();
    sent += 1;
    if (sent > bytes.length) clearInterval(timer);
  }, intervalMs);
  socket.once('close', () => clearInterval(timer));
}
