import { OpenAPIHono, z } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_QUOTAS } from '../../src/domain/quota.ts';
import { Credentials } from '../../src/http/auth.ts';
import { Creations } from '../../src/http/creations.ts';
import { egressOfTenants } from '../../src/http/egress-policy.ts';
import { Gate, NO_LIMITS } from '../../src/http/gate.ts';
import { Quotas } from '../../src/http/quotas.ts';
import { requestScope } from '../../src/http/request-scope.ts';
import { addOperation, type Operation } from '../../src/http/route.ts';
import { Sessions } from '../../src/http/session.ts';
import { PEPPER, World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
});
afterAll(() => world.close());

type Careless = Operation<z.ZodObject, z.ZodObject, z.ZodObject>;

/** A server with one operation more, which someone has just written. */
function appWith(operation: Pick<Careless, 'audits' | 'handle'>): OpenAPIHono {
  const { db, egress, vault } = world;
  const now = () => world.clock.now();
  const credentials = new Credentials({ db, now, pepper: PEPPER, ownKey: null, jwt: null });
  const sessions = new Sessions({ db, now, credentials, publicUrl: null, idleMs: 1 });
  const gate = new Gate({ db, now, credentials, log: () => undefined, limits: NO_LIMITS });
  const quotas = new Quotas(NO_QUOTAS, now);
  const app = new OpenAPIHono();
  app.use(requestScope({ log: () => undefined }));
  app.onError((error, c) => c.text(error.message, 500));
  const rest = { method: 'post', path: '/v1/careless', id: 'careless', summary: '', description: '' } as const;
  addOperation(
    app,
    {
      db,
      now,
      egress,
      egressOf: egressOfTenants(egress, db),
      vault,
      credentials,
      sessions,
      gate,
      quotas,
      creations: new Creations(db, now),
      streams: world.streams,
    },
    {
      ...rest,
      customers: 'served',
      scope: 'schedules:write',
      answers: {},
      ...operation,
    },
  );
  return app;
}

describe('an operation that changes something and does not tell the audit log', () => {
  const rename: Careless['handle'] = async ({ transact }) => {
    await transact((tx) => tx.query('UPDATE schedules SET name = $1', ['careless']));
    return { status: 204 };
  };

  it('is undone, with an Idempotency-Key, too', async () => {
    const { id } = await world.create();
    const app = appWith({ audits: 'api_key', handle: rename });
    for (const more of [{}, { 'Idempotency-Key': 'a' }]) {
      const answer = await app.request('/v1/careless', {
        method: 'POST',
        headers: { 'X-Api-Key': world.key, ...more },
      });
      expect([answer.status, await answer.text()]).toEqual([
        500,
        'careless changes something and has not told the audit log what',
      ]);
    }
    expect((await world.get(id)).name).toBe('every minute');
  });

  it('is let through where it says that nothing has changed', async () => {
    const app = appWith({
      audits: 'api_key',
      handle: async ({ transact, audit }) => {
        await transact((tx) => audit(tx, null));
        return { status: 204 };
      },
    });
    const answer = await app.request('/v1/careless', { method: 'POST', headers: { 'X-Api-Key': world.key } });
    expect(answer.status).toBe(204);
  });

  it('does not even start without saying whether it audits', () => {
    expect(() => appWith({ handle: rename })).toThrow('careless may change something: it has to say what it audits');
  });
});
