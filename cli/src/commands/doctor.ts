import { Command } from 'commander';
import metadata from '../../package.json' with { type: 'json' };
import { HydraCoreError } from '../api.ts';
import { type Cli, clientOf } from '../cli.ts';
import { EXIT, type ExitCode, Failed } from '../exit.ts';
import type { Does } from '../program.ts';
import type { Settings } from '../settings.ts';
import { duration, safe } from '../show/format.ts';
import { probesOf, type ProbedPage } from './probes.ts';

/** One thing that was looked at. */
interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** What to do; null where all is well. */
  readonly advice: string | null;
}

/** What a check found, and what the command ends with where it failed. */
interface Found extends Check {
  readonly exit?: ExitCode;
}

const ok = (name: string, detail: string): Found => ({ name, state: 'ok', detail, advice: null });
const failed = (name: string, detail: string, advice: string, exit: ExitCode = EXIT.failed): Found => ({
  name,
  state: 'failed',
  detail,
  advice,
  exit,
});

const TIMEOUT_MS = 10_000;
/** The Date header has whole seconds. */
const CLOCK_GRAIN_MS = 1_000;
const CLOCK_TOLERANCE_MS = 2_000;

/** A page of the server outside of the API. */
async function read(url: string, path: string): Promise<{ response: Response; body: Record<string, unknown> | null }> {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' });
  const body: unknown = await response.json().catch(() => null);
  return { response, body: typeof body === 'object' ? (body as Record<string, unknown> | null) : null };
}

async function checkServer(cli: Cli, { url }: Settings): Promise<Found[]> {
  const sent = cli.around.now();
  let answer;
  try {
    answer = await read(url, '/healthz');
  } catch (error) {
    const reason = ((error as Error).cause as Error | undefined)?.message || (error as Error).message;
    const advice = 'Start it with "hydracore serve", or say where it is: --url, or HYDRACORE_URL.';
    return [failed('Server', `${url} does not answer: ${reason}`, advice, EXIT.unreachable)];
  }
  if (answer.body?.['status'] !== 'ok') {
    const advice = 'Look at the address: something else listens there, or a proxy stands between.';
    return [
      failed('Server', `${url} answers ${answer.response.status}, and not as HydraCore does`, advice, EXIT.unreachable),
    ];
  }
  return [ok('Server', `${url} answers`), clockCheck(sent, cli.around.now(), answer.response.headers.get('date'))];
}

/** How far the server's clock is from ours, beyond what the way and the header's seconds explain. */
export function clockCheck(sent: number, received: number, date: string | null): Found {
  const told = Date.parse(date ?? '');
  if (Number.isNaN(told)) return { name: 'Clock', state: 'warning', detail: 'the answer has no Date', advice: null };
  const ahead = told > received ? told - received : Math.min(0, told + CLOCK_GRAIN_MS - sent);
  if (Math.abs(ahead) <= CLOCK_TOLERANCE_MS) return ok('Clock', 'agrees with the one here');
  return {
    name: 'Clock',
    state: 'warning',
    detail: `the server's clock is ${duration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} the one here`,
    advice: 'Let both be set by NTP: beyond five minutes receivers refuse the webhooks.',
  };
}

async function checkReadiness({ url }: Settings): Promise<Found> {
  const { response, body } = await read(url, '/readyz');
  if (response.ok && body?.['status'] === 'ready') return ok('Ready', 'it can work');
  const said = body?.['reason'];
  const reason = typeof said === 'string' ? said : `it answers ${response.status}`;
  return failed('Ready', reason, 'See what its log says; docs/operating.md has what to do.', EXIT.unreachable);
}

function checkVersion(page: ProbedPage): Found {
  const version = page.info.version;
  if (version === metadata.version) return ok('Version', version);
  const detail = `the server is ${version}, this command line ${metadata.version}`;
  return {
    name: 'Version',
    state: 'warning',
    detail,
    advice: 'What only one of them knows can not be used; bring both to one version.',
  };
}

async function checkCredential(settings: Settings, page: ProbedPage): Promise<Found[]> {
  if (settings.credential === null) {
    const advice = 'Set HYDRACORE_API_KEY, or name a file with --api-key-file.';
    return [failed('Credential', 'there is none', advice, EXIT.unauthorised)];
  }
  const { from } = settings.credential;
  const { raw } = clientOf(settings);
  const request = raw.request.bind(raw) as unknown as (
    method: string,
    path: string,
    init: object,
  ) => Promise<{ error?: { code?: string; detail?: string }; response: Response }>;
  const asked = await Promise.all(
    probesOf(page).map(async ({ scope, method, path, body }) => {
      const init = body === null ? {} : { body, bodySerializer: (text: string) => text };
      const { error, response } = await request(method, path, init);
      return { scope, status: response.status, detail: error?.detail };
    }),
  );
  const refused = asked.find(({ status }) => status === 401);
  if (refused) {
    const advice = `Use another key: this one is that of ${from}.`;
    return [failed('Credential', String(refused.detail), advice, EXIT.unauthorised)];
  }
  const scopes = asked.filter(({ status }) => status !== 403 && status < 500).map(({ scope }) => scope);
  const lacking = asked.filter(({ status }) => status === 403).map(({ scope }) => scope);
  const unsure = asked.filter(({ status }) => status >= 500).map(({ scope }) => scope);
  const parts = [
    `that of ${from} is good, for ${scopes.join(', ') || 'nothing'}`,
    ...(lacking.length > 0 ? [`not for ${lacking.join(', ')}`] : []),
    ...(unsure.length > 0 ? [`no telling for ${unsure.join(', ')}`] : []),
  ];
  return [ok('Credential', parts.join('; '))];
}

/** Who the credential is, and whether the server plans by the time-zone rules that this machine has. */
async function checkRules(settings: Settings): Promise<Found[]> {
  const client = clientOf(settings);
  const { tenant, credential, customer_id, server } = await client.whoami.get();
  const who = credential.name ?? credential.subject ?? credential.kind;
  const bound = customer_id === null ? '' : `, bound to the customer ${customer_id}`;
  const found = [
    ok('Tenant', `${tenant.name}, as ${who}${bound}`),
    ok('Database', `PostgreSQL ${server.postgresql}`),
    tzdataCheck(server.tzdata, process.versions.tz ?? null),
  ];
  return found;
}

/** Time-zone rules are named by their year and a letter: `2026b`. */
export function tzdataCheck(theirs: string, ours: string | null): Found {
  if (ours === null || ours === theirs) return ok('Time zones', `the server plans by the rules of ${theirs}`);
  const older = theirs < ours ? 'server' : 'command line';
  return {
    name: 'Time zones',
    state: 'warning',
    detail: `the server plans by the rules of ${theirs}, this machine has those of ${ours}`,
    advice:
      older === 'server'
        ? 'Update the server: where a zone has changed its rules since, its schedules fire by the old ones.'
        : 'Update this machine: the local times that it shows may be those of old rules.',
  };
}

/** Where the tenant's actions may go: what its own lists leave of what the server lets go. */
async function checkEgress(settings: Settings): Promise<Found> {
  try {
    return egressCheck(await clientOf(settings).egressPolicy.get());
  } catch (error) {
    if (!(error instanceof HydraCoreError) || error.status !== 403) return unexpected('Egress')(error);
    return ok('Egress', 'this credential may not see where actions may go: it lacks egress:read');
  }
}

/** What a tenant's lists mean: an entry may be forgotten long before a webhook fails for it. */
export function egressCheck({
  allow,
  deny,
}: {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}): Found {
  if (allow.length + deny.length === 0)
    return ok('Egress', 'actions go wherever this server lets them; the tenant narrows nothing');
  const parts = [
    ...(allow.length > 0 ? [`only to ${allow.join(', ')}`] : []),
    ...(deny.length > 0 ? [`not to ${deny.join(', ')}`] : []),
  ];
  return {
    name: 'Egress',
    state: 'warning',
    detail: `the tenant lets its actions go ${parts.join('; ')}`,
    advice:
      'If a run fails with egress_blocked, it is for these lists: GET and PUT /v1/egress-policy, or the settings in the console.',
  };
}

async function doctor(cli: Cli): Promise<void> {
  const settings = await cli.settings();
  const checks = await checkServer(cli, settings);
  if (checks.every(({ state }) => state !== 'failed')) {
    checks.push(await checkReadiness(settings).catch(unexpected('Ready')));
    const page = (await read(settings.url, '/openapi.json')).body as unknown as ProbedPage;
    checks.push(checkVersion(page));
    checks.push(
      ...(await checkCredential(settings, page).catch((error: unknown) => [unexpected('Credential')(error)])),
    );
    if (checks.every(({ state }) => state !== 'failed')) {
      checks.push(...(await checkRules(settings).catch((error: unknown) => [unexpected('Time zones')(error)])));
      checks.push(await checkEgress(settings));
    }
  }
  const { output } = cli;
  output.answer({ checks: checks.map(shown) }, () => {
    const marks = {
      ok: output.paint('green', 'ok  '),
      warning: output.paint('yellow', 'look'),
      failed: output.paint('red', 'FAIL'),
    };
    for (const { name, state, detail, advice } of checks) {
      output.line(`${marks[state]}  ${name.padEnd(10)}  ${safe(detail)}`);
      if (advice !== null) output.line(`${' '.repeat(18)}→ ${safe(advice)}`);
    }
  });
  const worst = checks.find(({ state }) => state === 'failed');
  if (worst) throw new Failed(worst.exit);
}

function shown({ name, state, detail, advice }: Found): Check {
  return { name, state, detail, advice };
}

function unexpected(name: string) {
  return (error: unknown): Found => {
    const detail = error instanceof HydraCoreError ? error.detail : String(error);
    return failed(name, detail, 'Try again; if it stays so, see what the log of the server says.', EXIT.unreachable);
  };
}

/** `hydracore doctor` */
export function doctorCommand(does: Does): Command {
  return new Command('doctor')
    .description('Look whether the server, the clock and the credential are as they should be.')
    .action(does(doctor));
}
