import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';

/*
 * What an API costs that does nothing but its one statement, on the same kind of server, pool and PostgreSQL as the product:
 * no keys, no validation, no transaction. `node bare-process.ts <database URL>`.
 */

const pool = new pg.Pool({ connectionString: process.argv[2] ?? '', max: 20 });
await pool.query(
  'CREATE TABLE IF NOT EXISTS bare (id uuid PRIMARY KEY, name text NOT NULL, data jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now())',
);

const app = new Hono();
app.post('/items', async (c) => {
  const body = await c.req.json<{ name: string }>();
  const values = [randomUUID(), body.name, JSON.stringify(body)];
  const text = 'INSERT INTO bare (id, name, data) VALUES ($1, $2, $3) RETURNING *';
  const { rows } = await pool.query({ name: 'insert', text, values });
  return c.json(rows[0], 201);
});
app.get('/items', async (c) => {
  const { rows } = await pool.query({ name: 'list', text: 'SELECT * FROM bare ORDER BY id DESC LIMIT 50' });
  return c.json({ items: rows });
});
app.get('/items/:id', async (c) => {
  const { rows } = await pool.query({
    name: 'get',
    text: 'SELECT * FROM bare WHERE id = $1',
    values: [c.req.param('id')],
  });
  return c.json(rows[0]);
});
app.put('/items/:id', async (c) => {
  const { name } = await c.req.json<{ name: string }>();
  const values = [c.req.param('id'), name];
  const { rows } = await pool.query({
    name: 'update',
    text: 'UPDATE bare SET name = $2 WHERE id = $1 RETURNING *',
    values,
  });
  return c.json(rows[0]);
});

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
await once(server, 'listening');
process.once('disconnect', () => process.exit(0));
process.send?.({ port: (server.address() as AddressInfo).port });
