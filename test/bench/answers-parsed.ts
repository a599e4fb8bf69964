import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { openHttpDoor } from '../../agent/replenish/http-door.ts';
import { drsRequests } from '../../agent/replenish/request.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../../agent/system/clock.ts';

/*
 * Many answers of DRS, one after the other. V8 writes what it compiles of their parser to stdout; that Node's reader of
 * TypeScript is not compiled a second time either is what the other flag is for:
 * node --trace-wasm-compilation-times --wasm-tiering-budget=2000000000 test/bench/answers-parsed.ts
 */
const ANSWERS = 300;
/** V8's own, which holds for what is made from here on. */
setFlagsFromString('--wasm-tiering-budget=13000000');

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"detailCode":"STANDARD_ORDER_PLACED"}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const timeouts = { connectMs: 5_000, headersMs: 5_000, bodyMs: 5_000 };
const door = openHttpDoor(
  { url: `http://127.0.0.1:${port}`, caFile: null, timeouts },
  createClock(BELIEVABLE_FROM_MS),
);
const request = drsRequests('', 'Atza|token').replenish('slot-1');
for (let answer = 0; answer < ANSWERS; answer++) {
  const exchange = await door.exchange(request);
  if (exchange.kind !== 'answer' || exchange.status !== 200) throw new Error(`No answer: ${exchange.kind}.`);
}
await door.close();
server.close();
