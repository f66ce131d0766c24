import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Arrivals, Asked } from './receiver.ts';

/**
 * Where webhooks go, in a process of its own, so that what the bench itself does delays no arrival: answers 200 at once, and
 * notes what came and when. A request to `/17` is about schedule or job 17. A second port takes requests and never answers.
 */

let ids: number[] = [];
let at: number[] = [];
let due: number[] = [];
let hanging = 0;

const prompt = createServer((request, response) => {
  at.push(Date.now());
  ids.push(Number(request.url?.slice(1)));
  const scheduledFor = request.headers['x-hydracore-scheduled-for'];
  due.push(typeof scheduledFor === 'string' ? Date.parse(scheduledFor) : NaN);
  request.resume();
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 2 }).end('ok');
});
const silent = createServer((request) => {
  hanging += 1;
  request.resume();
});

async function listen(server: Server): Promise<number> {
  // Whoever keeps a connection may: no request meets one that is just being closed.
  server.keepAliveTimeout = 600_000;
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1', 4_096);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function take(): Arrivals {
  const taken = { ids: Float64Array.from(ids), at: Float64Array.from(at), due: Float64Array.from(due), hanging };
  [ids, at, due, hanging] = [[], [], [], 0];
  return taken;
}

process.on('message', (asked: Asked) => {
  if (asked === 'count') process.send?.({ count: ids.length });
  else process.send?.(take());
});
process.once('disconnect', () => process.exit(0));
process.send?.({ port: await listen(prompt), silentPort: await listen(silent) });
