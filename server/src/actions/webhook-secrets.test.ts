import { afterAll, describe, expect, it } from 'vitest';
import { fireWebhook, serve, testEgress, webhookConfigOf } from './testing.ts';
import { webhook } from './webhook.ts';
import type { WebhookConfig } from './webhook-config.ts';

const egress = testEgress();
afterAll(() => egress.close());

const url = 'http://127.0.0.1:9/hook';
const check = (input: Parameters<typeof webhookConfigOf>[0]) => webhook.check(webhookConfigOf(input), egress);
const uses = (body: unknown) => webhook.secretUses?.(webhookConfigOf({ url, body }))?.map(({ name }) => name);

describe('secrets in the config of a webhook', () => {
  it('are found where they are named, with their place', () => {
    const config = webhookConfigOf({
      url,
      headers: { 'X-A': 'v {{ secrets.A }}' },
      body: { deep: ['{{ secrets["B"] | upcase }}'] },
      auth: {
        type: 'basic',
        username: '{{ secrets.C }}',
        password: '{% if secrets.D == "x" %}{{ secrets.A }}{% endif %}',
      },
    });
    expect(webhook.check(config, egress)).toEqual([]);
    expect(webhook.secretUses?.(config)).toEqual(
      expect.arrayContaining([
        { name: 'A', path: ['headers', 'X-A'] },
        { name: 'B', path: ['body', 'deep', 0] },
        { name: 'C', path: ['auth', 'username'] },
        { name: 'D', path: ['auth', 'password'] },
        { name: 'A', path: ['auth', 'password'] },
      ]),
    );
  });

  it.each([
    ['{% assign a = secrets.A %}{{ a }}', ['A']],
    ['{% capture c %}{{ secrets.A }}{% endcapture %}{{ c }}', ['A']],
    ['{% for i in (1..secrets.A) %}{% endfor %}', ['A']],
    ['{% liquid\n echo secrets.A\n%}', ['A']],
    ['{{ schedule[secrets.A] }}', ['A']],
    ['{% raw %}{{ secrets.A }}{% endraw %}', []],
    ['the word secrets.A', []],
    ['{{ "secrets.A" }}', []],
  ])('%s names %j', (body, names) => {
    expect(uses(body)).toEqual(names);
    expect(check({ url, body })).toEqual([]);
  });

  it.each([
    '{{ secrets }}',
    '{{ secrets | json }}',
    '{{ secrets[run.id] }}',
    '{{ secrets[schedule.name].x }}',
    '{% assign s = secrets %}{{ s.A }}',
    '{% for s in secrets %}{{ s }}{% endfor %}',
    '{{ secrets.A.size }}',
    '{{ secrets["A-B"] }}',
    '{{ schedule[secrets] }}',
  ])('are refused as %s', (text) => {
    for (const input of [{ body: { x: text } }, { headers: { 'X-A': text } }]) {
      expect(check({ url, ...input })).toMatchObject([
        { type: 'secret_reference', msg: expect.stringContaining('secrets.NAME') },
      ]);
    }
  });

  it('are refused in the URL', () => {
    expect(check({ url: 'http://127.0.0.1:9/{{ secrets.A }}' })).toMatchObject([
      { path: ['url'], type: 'secret_not_allowed' },
    ]);
  });
});

/** Sends to an echo; returns what arrived and the outcome. */
async function send(
  input: Omit<Parameters<typeof webhookConfigOf>[0], 'url'>,
  secrets: Record<string, string>,
  path = '',
) {
  const got: { url?: string; headers?: Record<string, unknown>; body?: string } = {};
  await using receiver = await serve((request, response, body) => {
    Object.assign(got, { url: request.url, headers: request.headers, body });
    response.setHeader('X-Echo', String(request.headers['authorization'] ?? request.headers['x-a'] ?? ''));
    response.end(`${String(request.headers['x-a'])} ${String(request.headers['authorization'])} ${body}`);
  });
  const config: WebhookConfig = { ...webhookConfigOf({ url: receiver.url, ...input }), url: receiver.url + path };
  const outcome = await fireWebhook(egress, config, { secrets: new Map(Object.entries(secrets)) });
  return { got, outcome, text: JSON.stringify(outcome) };
}

describe('a delivery with secrets', () => {
  const SECRET = 'marker-7f3a "x"';

  it('has them in headers, auth and body, and the ledger has masks, of what the receiver sends back, too', async () => {
    const { got, outcome, text } = await send(
      {
        headers: { 'X-A': 'v={{ secrets.A }}', 'X-Hash': '{{ secrets.A | sha256 }}' },
        body: { token: '{{ secrets.A }}', encoded: '{{ secrets.A | base64_encode }}', id: '{{ schedule.id }}' },
        auth: { type: 'bearer', token: 'pre-{{ secrets.B }}' },
      },
      { A: SECRET, B: 'marker-b' },
    );
    expect(got.headers).toMatchObject({ 'x-a': `v=${SECRET}`, authorization: 'Bearer pre-marker-b' });
    expect(JSON.parse(got.body ?? '')).toMatchObject({
      token: SECRET,
      encoded: Buffer.from(SECRET).toString('base64'),
    });
    expect(outcome.kind).toBe('delivered');
    expect(text).not.toContain('marker');
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, -4));
    expect(outcome.request).toMatchObject({
      headers: { 'x-a': 'v=********', authorization: '********' },
      body: expect.stringContaining('"token":"********"'),
    });
    expect(outcome.response).toMatchObject({ headers: { 'x-echo': 'Bearer ********' } });
  });

  it('masks the completion token, too, where the receiver sends it back: it ends the run', async () => {
    await using receiver = await serve((request, response) => {
      response.setHeader('X-Echo', String(request.headers['x-hydracore-completion-token']));
      response.end(JSON.stringify(request.headers));
    });
    const outcome = await fireWebhook(egress, webhookConfigOf({ url: receiver.url, completion: 'ASYNC' }));
    expect(outcome).toMatchObject({ kind: 'accepted', response: { headers: { 'x-echo': '********' } } });
    expect(JSON.stringify(outcome)).not.toContain('hc_run_test');
  });

  it('keeps no NUL that a template makes of a mask alone: the ledger could not be amended any more', async () => {
    const { got, outcome } = await send(
      { headers: { 'X-A': '{% if secrets.A == "********" %}a{{ "%00" | url_decode }}{% else %}b{% endif %}' } },
      { A: SECRET },
    );
    expect(got.headers).toMatchObject({ 'x-a': 'b' });
    expect(outcome.request).toMatchObject({ headers: { 'x-a': 'a' } });
  });

  it('masks a basic credential that comes back as it was sent', async () => {
    const auth = { type: 'basic', username: 'me', password: '{{ secrets.A }}' } as const;
    const { got, text } = await send({ auth }, { A: SECRET });
    const credential = Buffer.from(`me:${SECRET}`).toString('base64');
    expect(got.headers?.['authorization']).toBe(`Basic ${credential}`);
    expect(text).not.toContain(credential);
  });

  it('reaches no secret by a detour, nor in the URL', async () => {
    const detours = {
      find: '{{ "1,2" | split: "," | where_exp: "x", "secrets.B" }}',
      root: '{% assign n = "secr" | append: "ets" %}{{ [n].B }}',
      named: '{{ secrets.A }}',
    };
    const { got } = await send(
      { body: detours },
      { A: 'aaaa' },
      '{{ secrets.A }}{% assign n = "secr" | append: "ets" %}{{ [n].A }}',
    );
    expect(got.url).toBe('/');
    expect(JSON.parse(got.body ?? '')).toEqual({ find: '', root: '', named: 'aaaa' });
  });

  it('takes names that JavaScript and Liquid have a use for', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'size', 'first', 'last', 'hasOwnProperty'];
    const body = names.map((name) => `{{ secrets.${name} }}`);
    const { got, outcome } = await send({ body }, Object.fromEntries(names.map((name) => [name, `value of ${name}`])));
    expect(JSON.parse(got.body ?? '')).toEqual(names.map((name) => `value of ${name}`));
    expect(JSON.stringify(outcome)).not.toContain('value of');
  });

  it.each([
    ['a filter that quotes its argument', '{{ "now" | date: "%Y", secrets.A }}', 'template_error', /^body\.x: /],
    ['a value that no header may hold', '{{ secrets.A }}', 'header_invalid', /line break/],
  ])('fails by %s without telling the secret', async (_what, text, code, message) => {
    const value = code === 'header_invalid' ? 'marker\nmarker' : 'Marker/Zone';
    const input = code === 'header_invalid' ? { headers: { 'X-A': text } } : { body: { x: text } };
    const { outcome, text: all } = await send(input, { A: value });
    expect(outcome).toMatchObject({ kind: 'rejected', error: { code, message: expect.stringMatching(message) } });
    expect(all).not.toMatch(/marker/i);
  });

  it('that fails with the secret only does not say why', async () => {
    const body = '{% for i in (1..secrets.A) %}x{% endfor %}';
    const { outcome, text } = await send({ body }, { A: '88997766554433' });
    const message = 'body: can not be rendered with what the secrets hold now';
    expect(outcome).toMatchObject({ kind: 'rejected', error: { code: 'template_error', message } });
    expect(text).not.toContain('8899');
  });

  it('that fails with the mask only is sent, and not shown', async () => {
    const { got, outcome } = await send({ body: '{{ "now" | date: "%Y", secrets.A }}' }, { A: 'Europe/Berlin' });
    expect(got.body).toMatch(/^\d{4}$/);
    expect(outcome).toMatchObject({ kind: 'delivered', request: { body: '********' } });
  });
});
