import { generateSync, type JsonSchema } from 'json-schema-faker';
import type { Random } from '../../faults/src/random.ts';
import { BODIES } from '../../server/test/support/bodies.ts';
import type { ApiOperation, Schema } from '../../server/test/support/operations.ts';
import type { WireRequest } from './client.ts';
import { write } from './json-text.ts';
import { tamed } from './mutate-value.ts';
import { UNKNOWN, type Rows, type Stock } from './stock.ts';

/** Makes valid requests: what the schemas allow, with rows that are there. */
export class Requests {
  readonly #stock: Stock;
  readonly #key: string;

  constructor(stock: Stock, key: string) {
    this.#stock = stock;
    this.#key = key;
  }

  /** A body of the operation that it should take; undefined: it takes none. */
  body(operation: ApiOperation, rows: Rows, random: Random, plainest = false): unknown {
    if (!operation.body) return undefined;
    const known = BODIES[operation.id]?.(this.#stock.needs(rows));
    if (known && (plainest || random.chance(0.8))) return plainest ? known[0] : random.pick(known);
    return random.chance(0.3) ? (operation.body['example'] ?? {}) : generated(operation.body, random);
  }

  /** A request to the operation: its path with these rows, a query where `random` wants one, and this body. */
  request(operation: ApiOperation, rows: Rows, body: unknown, random: Random): WireRequest {
    const json: [string, string][] = body === undefined ? [] : [['Content-Type', 'application/json']];
    return {
      method: operation.method,
      target: operation.path((name) => rows[name] ?? UNKNOWN) + queryOf(operation, rows, random),
      headers: [...this.#credential(operation.scope, rows), ...json],
      body: body === undefined ? null : Buffer.from(write(tamed(body))),
    };
  }

  #credential(scope: string, rows: Rows): [string, string][] {
    if (scope === 'completion token') return [['Authorization', `Bearer ${rows['token'] ?? ''}`]];
    if (scope !== 'session') return [['X-Api-Key', this.#key]];
    return [
      ['Cookie', rows['session'] ?? ''],
      ['Sec-Fetch-Site', 'same-origin'],
    ];
  }
}

/** Some of the parameters, each by itself valid. */
function queryOf(operation: ApiOperation, rows: Rows, random: Random): string {
  const query = new URLSearchParams();
  for (const { name, in: place, schema } of operation.parameters) {
    if (place !== 'query' || !random.chance(0.25)) continue;
    const value = schema['example'] ?? (schema.format === 'uuid' ? rows[name] : undefined) ?? generated(schema, random);
    query.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** A value that a schema allows. */
export function generated(schema: Schema, random: Random): unknown {
  return generateSync(schema as JsonSchema, {
    seed: random.int(1, 2 ** 31),
    optionalsProbability: 0.4,
    maxDefaultItems: 3,
  });
}
