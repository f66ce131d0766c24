import { connect } from 'node:net';

/** A request as its bytes: what no well-behaved client would send, too. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as they go on the wire. */
  readonly target: string;
  /** Latin-1 text; a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | null;
  /** `cut`: the connection is closed in the middle of the body. `chunked`: sent in pieces, of no told length. */
  readonly framing?: 'cut' | 'chunked' | 'broken-chunks';
}

/** What came back. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** `closed`: the connection ended without an answer. `hang`: none came in time. */
export type Outcome = WireAnswer | 'closed' | 'hang';

/** The longest that an answer may take. */
export const PATIENCE_MS = 10_000;

/** Sends one request on a connection of its own. */
export async function send(port: number, request: WireRequest): Promise<Outcome> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const received: Buffer[] = [];
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const over = () => end(answerIn(Buffer.concat(received)) ?? 'closed');
    const timer = setTimeout(() => end(answerIn(Buffer.concat(received)) ?? 'hang'), PATIENCE_MS);
    socket.on('data', (piece: Buffer) => received.push(piece));
    // The server may refuse, and close, before it has read everything: what it answered by then counts.
    socket.on('error', over);
    socket.on('end', over);
    socket.on('close', over);
    socket.on('connect', () => {
      socket.write(head(request));
      const body = framed(request);
      if (body) socket.write(body);
      if (request.framing === 'cut') socket.end();
    });
  });
}

function head({ method, target, headers, body, framing }: WireRequest): Buffer {
  const own: [string, string][] = [['Connection', 'close']];
  if (!headers.some(([name]) => name.toLowerCase() === 'host')) own.push(['Host', '127.0.0.1']);
  if (framing === 'chunked' || framing === 'broken-chunks') own.push(['Transfer-Encoding', 'chunked']);
  else if (body) own.push(['Content-Length', String(framing === 'cut' ? body.length + 10 : body.length)]);
  const lines = [...own, ...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
}

function framed({ body, framing }: WireRequest): Buffer | null {
  if (!body) return null;
  if (framing !== 'chunked' && framing !== 'broken-chunks') return body;
  const half = body.length >> 1;
  const pieces = [body.subarray(0, half), body.subarray(half)].filter((piece) => piece.length > 0);
  const chunks = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks, Buffer.from(framing === 'chunked' ? '0\r\n\r\n' : 'zz\r\nno chunk\r\n')]);
}

/** The answer in the bytes of a connection, where there is a whole head. */
function answerIn(bytes: Buffer): WireAnswer | null {
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) return null;
    const [first = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
    rest = rest.subarray(end + 4);
    if (status >= 100 && status < 200) continue;
    const headers = new Map(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const body = headers.get('transfer-encoding') === 'chunked' ? unchunked(rest) : rest;
    return { status, headers, text: body.toString('utf8') };
  }
}

function unchunked(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf('\r\n', at);
    const length = line === -1 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (!(length > 0)) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}
