import type { Random } from '../../faults/src/random.ts';
import { BODIES, RECORD_FIELDS, type BodyNeeds } from '../../server/test/support/bodies.ts';
import type { ServerProcess } from '../../server/test/process/server.ts';
import { eventually } from '../../server/test/process/waiting.ts';
import type { Hooks } from './hooks.ts';

/** Rows by the names that operations have for them, such as `schedule_id`. */
export type Rows = Readonly<Record<string, string>>;

/** What no row has. */
export const UNKNOWN = '01990000-0000-7000-8000-0000000000ff';

/** Rows for the operations to be called with: some that stay, and fresh ones for what is about to be changed. */
export class Stock {
  readonly #server: ServerProcess;
  readonly #hooks: Hooks;
  #made = 0;
  #rows: Rows = {};
  /** The schedule whose webhooks are accepted with 202. */
  #later = '';
  /** A key of another tenant, with every scope. */
  foreignKey = '';
  /** A key of the same tenant, with every scope. */
  workingKey = '';
  /** A key that was revoked. */
  revokedKey = '';

  constructor(server: ServerProcess, hooks: Hooks) {
    this.#server = server;
    this.#hooks = hooks;
  }

  /** Removes what there is, and makes the rows that stay. */
  async renew(): Promise<void> {
    await this.#clear();
    const definition_id = await this.#make('/v1/entity-definitions', {
      slug: this.unique(),
      name: 'Things',
      fields: RECORD_FIELDS,
    });
    this.#rows = { definition_id };
    this.#rows = { ...this.#rows, record_id: await this.#fresh('record_id') };
    const webhook = { ...DAILY, action_type: 'WEBHOOK', pause_on_failure_count: 100, max_retries: 0 };
    const schedule_id = await this.#make('/v1/schedules', {
      ...webhook,
      action_config: { url: this.#hooks.url('refuse') },
    });
    this.#later = await this.#make('/v1/schedules', {
      ...webhook,
      action_config: { url: this.#hooks.url('later'), completion: 'ASYNC', completion_timeout_seconds: 3_600 },
    });
    this.#rows = { ...this.#rows, schedule_id };
    const run_id = await this.#make(`/v1/schedules/${schedule_id}/trigger`, {});
    await eventually(
      'a run has failed',
      async () => (await this.#server.call('GET', `/v1/runs/${run_id}`)).body.status === 'FAILED',
    );
    this.#rows = { ...this.#rows, run_id, backfill_id: await this.#fresh('backfill_id') };
    if (this.foreignKey === '') await this.#others();
    const key_id = await this.#fresh('key_id');
    const tenant_id = this.#rows['tenant_id'] ?? (await this.#make('/v1/tenants', { name: this.unique() }));
    this.#rows = { ...this.#rows, key_id, tenant_id };
  }

  /** Rows for every name, a fresh one for the name `target`: what happens to it happens to nothing else. */
  async rowsFor(target: string | undefined, random?: Random): Promise<Rows> {
    if (target === undefined) return this.#rows;
    try {
      return { ...this.#rows, [target]: await this.#fresh(target, random) };
    } catch {
      // A case has removed what was to stay.
      await this.renew();
      return { ...this.#rows, [target]: await this.#fresh(target, random) };
    }
  }

  /** A run whose receiver has accepted the work, and the token to complete it with. */
  async accepted(): Promise<{ readonly run_id: string; readonly token: string }> {
    const run_id = await this.#make(`/v1/schedules/${this.#later}/trigger`, {});
    return { run_id, token: await this.#hooks.token(run_id) };
  }

  /** A new session of a browser: its cookie. */
  async session(): Promise<string> {
    const answer = await fetch(`${this.#server.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ api_key: this.workingKey }),
    });
    const [cookie = ''] = answer.headers.getSetCookie();
    if (!answer.ok || cookie === '') throw new Error(`POST /v1/session answered ${answer.status}`);
    return cookie.split(';')[0] ?? '';
  }

  /** What bodies are made from. */
  needs(rows: Rows): BodyNeeds {
    return {
      idOf: (name) => rows[name] ?? UNKNOWN,
      now: Date.now(),
      unique: this.unique(),
      hook: this.#hooks.url('take'),
      key: this.workingKey,
    };
  }

  /** A text that nothing else has. */
  unique(): string {
    this.#made += 1;
    return `u${process.pid}-${this.#made}`;
  }

  async #fresh(name: string, random?: Random): Promise<string> {
    const needs = this.needs(this.#rows);
    const body = (id: string) => {
      const bodies = BODIES[id]?.(needs) ?? [];
      return random ? random.pick(bodies) : bodies[0];
    };
    const { definition_id = '', schedule_id = '' } = this.#rows;
    switch (name) {
      case 'schedule_id':
        return await this.#make('/v1/schedules', body('createSchedule'));
      case 'definition_id':
        return await this.#make('/v1/entity-definitions', body('createEntityDefinition'));
      case 'record_id':
        return await this.#make(`/v1/entity-definitions/${definition_id}/records`, body('putEntityRecord'));
      case 'backfill_id':
        return await this.#backfill(schedule_id);
      case 'key_id':
        return await this.#make('/v1/api-keys', { name: needs.unique, scopes: ['schedules:read'] });
      case 'name': {
        const secret = `S_${needs.unique.replaceAll('-', '_')}`;
        await this.#server.call('PUT', `/v1/secrets/${secret}`, body('setSecret'));
        return secret;
      }
      default:
        return this.#rows[name] ?? UNKNOWN;
    }
  }

  /** One that waits in the middle of its work. */
  async #backfill(schedule_id: string): Promise<string> {
    const [from, to] = [Date.now() - 3_000 * DAY_MS, Date.now() - DAY_MS];
    const range = { start_at: new Date(from).toISOString(), end_at: new Date(to).toISOString() };
    const id = await this.#make(`/v1/schedules/${schedule_id}/backfill`, range);
    await this.#make(`/v1/backfills/${id}/pause`, undefined);
    return id;
  }

  async #others(): Promise<void> {
    const tenant_id = await this.#make('/v1/tenants', { name: this.unique() });
    const key = async (more: object) => {
      const { body } = await this.#server.call('POST', '/v1/api-keys', { name: 'other', scopes: ['*'], ...more });
      return body as { readonly id: string; readonly key: string };
    };
    this.foreignKey = (await key({ tenant_id })).key;
    this.workingKey = (await key({})).key;
    const revoked = await key({});
    await this.#server.call('DELETE', `/v1/api-keys/${revoked.id}`);
    this.revokedKey = revoked.key;
    this.#rows = { ...this.#rows, tenant_id };
  }

  async #clear(): Promise<void> {
    await this.#server.call('PUT', '/v1/egress-policy', { allow: [], deny: [] });
    const { body: kept } = await this.#server.call('GET', '/v1/secrets');
    for (const { name } of kept.secrets as { name: string }[]) await this.#server.call('DELETE', `/v1/secrets/${name}`);
    await this.#server.call('POST', '/v1/schedules/bulk-actions', { filter: { all: true }, action: 'DELETE' });
    const { body } = await this.#server.call('GET', '/v1/entity-definitions?limit=200');
    for (const { id } of body.entity_definitions as { id: string }[]) {
      await this.#server.call('DELETE', `/v1/entity-definitions/${id}?cascade=true`);
    }
  }

  async #make(path: string, body: unknown): Promise<string> {
    const answer = await this.#server.call('POST', path, body);
    if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return (answer.body as { id: string }).id;
  }
}

const DAY_MS = 86_400_000;
const DAILY = { name: 'stock', schedule_type: 'CRON', schedule_expression: '0 0 * * *' };
