// node stand-in-shop.mjs FOLDER: what an order meets on a board without a network, held to no rule but these. FOLDER/shop
// says how the next order ends: `held` five seconds after the package has begun to wait for it, `silent` without an
// answer, else at once. One that was taken and not answered is in progress when it is asked again. FOLDER/posts counts
// requests, FOLDER/purchases orders.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [folder = '.'] = process.argv.slice(2);
const mood = () => readFileSync(join(folder, 'shop'), 'utf8').trim();
const count = { posts: 0, purchases: 0 };
const add = (name) => {
  count[name] += 1;
  writeFileSync(join(folder, name), `${count[name]}\n`);
};
writeFileSync(join(folder, 'posts'), '0\n');
writeFileSync(join(folder, 'purchases'), '0\n');
let isOpen = false;

const isWaiter = (id) => {
  try {
    return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('await-answers');
  } catch {
    return false;
  }
};
function whenWaitedFor(go) {
  const look = setInterval(() => {
    if (!readdirSync('/proc').some(isWaiter)) return;
    clearInterval(look);
    go();
  }, 200);
}

createServer((request, response) => {
  request.resume();
  if (request.method !== 'POST' || !/\/replenish\//.test(request.url ?? '')) {
    response.end('{}');
    return;
  }
  add('posts');
  const answer = (detailCode) =>
    response.end(JSON.stringify({ eventInstanceId: `amzn1.dash.v2.o.${count.purchases}`, detailCode }));
  if (isOpen) {
    isOpen = false;
    answer('ORDER_INPROGRESS');
    return;
  }
  add('purchases');
  if (mood() === 'silent') {
    isOpen = true;
    request.socket.destroy();
  } else if (mood() === 'held') {
    whenWaitedFor(() => setTimeout(() => answer('STANDARD_ORDER_PLACED'), 5_000));
  } else answer('STANDARD_ORDER_PLACED');
}).listen(8099, '127.0.0.1');
