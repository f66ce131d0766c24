import { setTimeout as sleep } from 'node:timers/promises';
import { callApi, type ApiAnswer } from './api.ts';
import { action, blueprint, expression, instant, type Abilities, type Blueprint } from './catalog.ts';
import type { CallFact } from './evidence.ts';
import type { Random } from './random.ts';

/** A tenant as the rig uses it. */
export interface Tenant {
  readonly id: string;
  readonly key: string;
  readonly marker: string;
}

interface Known {
  readonly id: string;
  readonly tenant: Tenant;
  readonly blueprint: Blueprint;
  paused: boolean;
  /** A call is under way: the next one waits, so that each has one answer to compare with. */
  busy: boolean;
}

/** What steering needs of the rig. */
export interface SteeringDeps {
  readonly random: Random;
  readonly tenants: readonly Tenant[];
  readonly abilities: Abilities;
  readonly receiverUrl: (tenant: string, manner: string) => string;
  /** A server that can answer now, or undefined. */
  readonly server: () => string | undefined;
}

const PAUSE_MS = 120;

/** Calls that change schedules, by chance and against any server, and the list of what was asked and answered. */
export class Steering {
  readonly calls: CallFact[] = [];
  readonly leaks: string[] = [];
  readonly #deps: SteeringDeps;
  readonly #known: Known[] = [];
  #ops = 0;
  #made = 0;

  constructor(deps: SteeringDeps) {
    this.#deps = deps;
  }

  /** Makes so many schedules; fails unless every one is acknowledged. */
  async createAll(count: number): Promise<void> {
    let left = count;
    const worker = async () => {
      while (left-- > 0) await this.create();
    };
    await Promise.all(Array.from({ length: 6 }, worker));
  }

  /** Makes one more schedule. */
  async create(): Promise<void> {
    const { random, tenants, abilities, receiverUrl } = this.#deps;
    const print = blueprint(random, this.#made++, Date.now(), tenants.length, abilities);
    const tenant = tenants[print.tenant] as Tenant;
    const url = receiverUrl(tenant.id, print.manner);
    const body = { ...print.fields, ...action(print.manner, url, tenant.marker, random.int(1, 3)) };
    const { answer } = await this.#call('create', tenant, null, 'POST', '/v1/schedules', body);
    if (answer?.status === 201) {
      this.#known.push({ id: String(answer.body['id']), tenant, blueprint: print, paused: false, busy: false });
    } else if (answer && answer.status < 500) {
      throw new Error(`a schedule was not made: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }

  /** Steers at random until told to stop; returns once every call is over. */
  async run(stop: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>();
    while (!stop.aborted) {
      const known = this.#deps.random.pick(this.#known);
      if (!known.busy && this.#deps.server() !== undefined) {
        known.busy = true;
        const done = this.#steer(known).finally(() => {
          known.busy = false;
          running.delete(done);
        });
        running.add(done);
      }
      await sleep(PAUSE_MS);
    }
    await Promise.all(running);
  }

  /**
   * Pauses these, trying again until it is acknowledged: what is open then comes to an end.
   * @returns how many calls each server left without an answer, though nothing is broken any more
   */
  async pauseAll(
    schedules: readonly { readonly id: string; readonly tenant: string }[],
    until: number,
  ): Promise<ReadonlyMap<string, number>> {
    const left = [...schedules];
    const silent = new Map<string, number>();
    const worker = async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const { id, tenant: owner } = next;
        const tenant = this.#deps.tenants.find((known) => known.id === owner);
        if (!tenant) continue;
        while (Date.now() < until) {
          const { answer, base } = await this.#call('pause', tenant, id, 'POST', `/v1/schedules/${id}/pause`);
          // 409: it is COMPLETED. 404: deleted.
          if (answer && answer.status < 500) break;
          silent.set(base, (silent.get(base) ?? 0) + 1);
          await sleep(PAUSE_MS);
        }
      }
    };
    await Promise.all(Array.from({ length: 12 }, worker));
    return silent;
  }

  /** Sends so many manual runs of schedules whose receivers answer without an end. Returns how many were taken. */
  async triggerEndless(count: number): Promise<number> {
    const endless = this.#known.filter((known) => known.blueprint.manner === 'endless');
    if (endless.length === 0) return 0;
    const answers = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        this.#change(endless[i % endless.length] as Known, 'trigger', 'POST', '/trigger'),
      ),
    );
    return answers.filter(({ answer }) => answer?.status === 202).length;
  }

  async #steer(known: Known): Promise<void> {
    const { random } = this.#deps;
    const dice = random.next();
    if (dice < 0.06) return await this.#intrude(known);
    if (dice < 0.2) return void (await this.#change(known, 'trigger', 'POST', '/trigger'));
    if (dice < 0.24) {
      const { answer } = await this.#change(known, 'delete', 'DELETE', '');
      if (answer?.status !== 204) return;
      this.#known.splice(this.#known.indexOf(known), 1);
      return await this.create();
    }
    if (dice < 0.42) return void (await this.#change(known, 'replan', 'PUT', '', this.#newWhen(known)));
    if (dice < 0.58) {
      const body = { max_retries: random.int(0, 3), retry_backoff_seconds: random.int(0, 2) };
      return void (await this.#change(known, 'update', 'PUT', '', body));
    }
    const verb = known.paused || random.chance(0.25) ? 'resume' : 'pause';
    const byStatus = random.chance(0.3);
    const { answer } = byStatus
      ? await this.#change(known, verb, 'PUT', '', { status: verb === 'pause' ? 'PAUSED' : 'ACTIVE' })
      : await this.#change(known, verb, 'POST', `/${verb}`);
    if (answer?.status === 200) known.paused = answer.body['status'] === 'PAUSED';
  }

  #newWhen(known: Known): Record<string, unknown> {
    const { random } = this.#deps;
    const kind = String(known.blueprint.fields['schedule_type']);
    const now = Date.now();
    const when: Record<string, unknown> = { schedule_expression: expression(random, kind, now) };
    if (kind !== 'ONE_TIME' && random.chance(0.2)) when['end_at'] = instant(now + random.int(10_000, 40_000));
    else if (random.chance(0.5)) when['end_at'] = null;
    if (kind !== 'ONE_TIME' && random.chance(0.2)) when['flexible_window_minutes'] = random.int(0, 1);
    return when;
  }

  /** Another tenant's key must find nothing. */
  async #intrude(known: Known): Promise<void> {
    const other = this.#deps.tenants.find((tenant) => tenant.id !== known.tenant.id);
    const base = this.#deps.server();
    if (!other || base === undefined) return;
    const [method, suffix] = this.#deps.random.pick([
      ['GET', ''],
      ['GET', '/runs'],
      ['POST', '/pause'],
      ['POST', '/trigger'],
      ['DELETE', ''],
    ] as const);
    const answer = await callApi(base, other.key, method, `/v1/schedules/${known.id}${suffix}`);
    if (answer && answer.status < 500 && answer.status !== 404) {
      this.leaks.push(`${method} ${suffix} on another tenant's schedule ${known.id} answered ${answer.status}`);
    }
  }

  async #change(known: Known, kind: CallFact['kind'], method: string, suffix: string, body?: Record<string, unknown>) {
    return await this.#call(kind, known.tenant, known.id, method, `/v1/schedules/${known.id}${suffix}`, body);
  }

  /** One call. Its number goes into the description, so that the database shows which update was done. */
  async #call(
    kind: CallFact['kind'],
    tenant: Tenant,
    schedule: string | null,
    method: string,
    path: string,
    body?: Record<string, unknown>,
  ): Promise<{ answer: ApiAnswer | null; base: string }> {
    const op = ++this.#ops;
    const base = this.#deps.server();
    if (base === undefined) return { answer: null, base: 'none: no server runs' };
    const sentAt = Date.now();
    const marked = body && { ...body, description: `op ${op}` };
    const answer = await callApi(base, tenant.key, method, path, marked);
    const ok = answer !== null && answer.status < 300;
    const about = ok ? answer.body : {};
    const isRun = kind === 'trigger';
    this.calls.push({
      op,
      kind,
      tenant: tenant.id,
      schedule: schedule ?? (ok ? String(about['id']) : null),
      sentAt,
      answeredAt: Date.now(),
      outcome: answer && answer.status < 500 ? answer.status : null,
      version: ok && !isRun && typeof about['version'] === 'number' ? about['version'] : null,
      updatedAt: ok && !isRun && typeof about['updated_at'] === 'string' ? Date.parse(about['updated_at']) : null,
      run: ok && isRun ? String(about['id']) : null,
      expression: typeof body?.['schedule_expression'] === 'string' ? body['schedule_expression'] : null,
    });
    return { answer, base };
  }
}
