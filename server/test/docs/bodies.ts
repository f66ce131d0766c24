import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { principalOf } from '../../src/http/jwt/claims.ts';
import type { Receiver } from '../process/receiver.ts';
import type { ServerProcess } from '../process/server.ts';
import { eventually } from '../process/waiting.ts';
import type { Page } from './page.ts';
import { post } from './rows.ts';

/** What a body is held against. */
interface Place {
  readonly server: ServerProcess;
  readonly receiver: Receiver;
  readonly ids: Readonly<Record<string, string>>;
  readonly page: Page;
}
// oxlint-disable-next-line typescript/no-explicit-any -- what a page shows
type Check = (shown: any, place: Place) => Promise<void> | void;

/** What each JSON body that a page shows must be, by page and chapter. */
export const BODIES: Readonly<Record<string, Check>> = {
  'docs/guide.md: See when it will fire': async (shown, { server }) => {
    const when = { schedule_type: 'CRON', schedule_expression: '30 2 * * *', timezone: 'America/New_York' };
    const body = { name: 'x', ...when, action_type: 'LOG_EVENT', action_config: { message: 'hello' } };
    const preview = await post(server, '/v1/schedules/preview?count=1&after=2027-03-14T00:00:00-05:00', body);
    expect(preview.occurrences).toEqual([expect.objectContaining(shown)]);
  },

  'docs/schedules.md: WEBHOOK': async (shown, { server, receiver }) => {
    const { id } = await server.schedule(receiver.url, { schedule_type: 'RATE', schedule_expression: '1d' });
    const run = await post(server, `/v1/schedules/${id}/trigger`);
    const delivery = await eventually('it is delivered', () => receiver.byRun().get(run.id)?.[0]);
    const got = JSON.parse(delivery.body);
    expect(shown).toEqual({ ...got, timestamp: expect.any(String), data: expect.any(Object) });
    expect(Object.keys(shown.data)).toEqual(Object.keys(got.data));
  },

  'docs/migrating.md: EventBridge Scheduler': (shown, { page }) => {
    const ours = page.blocks.find((block) => block.language === 'sh' && block.chapter === 'EventBridge Scheduler');
    for (const same of [shown.Name, shown.ScheduleExpression, shown.ScheduleExpressionTimezone]) {
      expect(ours?.text).toContain(`"${same}"`);
    }
    expect(ours?.text).toContain(`"max_retries": ${shown.Target.RetryPolicy.MaximumRetryAttempts}`);
    expect(ours?.text).toContain(`"flexible_window_minutes": ${shown.FlexibleTimeWindow.MaximumWindowInMinutes}`);
  },

  'docs/entities.md: Write many': async (shown, { server, ids }) => {
    const records = [
      { external_id: 'inv-17', data: { status: 'open' } },
      { external_id: 'inv-18', data: {} },
    ];
    const { id } = await post(server, '/v1/entity-definitions', {
      slug: 'empty',
      name: 'Without records',
      fields: [{ name: 'status', type: 'STRING', required: true }],
    });
    const answer = await post(server, `/v1/entity-definitions/${id}/records/bulk`, { records });
    expect(id).not.toBe(ids['DEFINITION']);
    shown.results[0].id = answer.results[0].id;
    expect(shown).toEqual(answer);
  },

  'docs/relative.md: Set fields of a record': async (shown, { server, ids }) => {
    const when = { relative_entity_definition_id: ids['DEFINITION'], relative_field_name: 'renews_on' };
    await post(server, '/v1/schedules/preview', { name: 'x', schedule_type: 'RELATIVE', ...when, ...shown });
  },

  'docs/security.md: JSON Web Tokens': (shown) => {
    const claims = { tenant: 'tenant_id', scopes: 'scope', customer: 'customer_id' };
    const who = principalOf(shown, { claims, operators: false });
    expect(who).toMatchObject({ tenant_id: shown.tenant_id, scopes: ['schedules:read', 'runs:read'] });
  },
};

/** Fails unless the settings are as the server takes them, once what a page leaves out (`…`) has a value. */
export function checkSettings(text: string): void {
  const lines = text.split('\n').map((line) => line.replace(/ +#.*$/, ''));
  const settings = Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return name === '' ? [] : [[name, value]];
    }),
  );
  expect(Object.keys(settings)).toHaveLength(lines.filter((line) => line !== '').length);
  const secret = Buffer.alloc(32, 7);
  if (settings['HYDRACORE_MASTER_KEY'] === '…') settings['HYDRACORE_MASTER_KEY'] = secret.toString('base64');
  if (settings['HYDRACORE_KEY_PEPPER'] === '…') settings['HYDRACORE_KEY_PEPPER'] = secret.toString('hex');
  expect(() => readConfig(settings)).not.toThrow();
}
