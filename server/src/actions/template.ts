import vm from 'node:vm';
import { Liquid, type Template } from 'liquidjs';
import { SECRET_NAME } from '../domain/secret-name.ts';
import type { ActionTarget, ConfigProblem, SecretUse } from './action.ts';
import { boundOutput } from './template-bounds.ts';

/** What templates may name. A variable that isn't there renders as nothing, so that optional fields need no guard. */
export interface TemplateScope {
  readonly schedule: unknown;
  readonly run: unknown;
  readonly record: unknown;
  readonly customer_id: string | null;
  /** By name; only where secrets may stand, and only those that the config names there. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Characters of all strings of one config once rendered. */
export const MOST_OUTPUT = 262_144;
/** Characters and list items that one template may make on its way. */
const MOST_MEMORY = 4 * MOST_OUTPUT;
/** Characters of one template. */
const MOST_TEMPLATE = 65_536;
/** Milliseconds of all templates of one config together. */
const MOST_TIME_MS = 100;
const MOST_DEPTH = 64;
const MOST_COMPILED = 2_000;

/** A template that can't be rendered; the message begins with its place in the config. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], reason: string) {
    super(path.length === 0 ? reason : `${path.join('.')}: ${reason}`);
    this.path = path;
  }
}

const liquid = boundOutput(
  new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    templates: {},
    parseLimit: MOST_TEMPLATE,
    memoryLimit: MOST_MEMORY,
    // A date without a zone of its own is shown in UTC, not in the zone of the machine that happens to run it.
    timezoneOffset: 0,
    locale: 'en-US',
  }),
);
// There is nothing to include; without the tags this is said when the schedule is made, not when it fires.
for (const tag of ['include', 'render', 'layout', 'block']) delete liquid.tags[tag];

/** Compiled templates by text, the least recently used first. */
const compiled = new Map<string, readonly Template[]>();

function compile(text: string): readonly Template[] {
  const known = compiled.get(text);
  const templates = known ?? liquid.parse(text);
  if (known !== undefined) compiled.delete(text);
  const oldest = compiled.keys().next();
  if (compiled.size >= MOST_COMPILED && oldest.done !== true) compiled.delete(oldest.value);
  compiled.set(text, templates);
  return templates;
}

/** The scope of an attempt's templates, without secrets. */
export function scopeOf(target: ActionTarget<unknown>): TemplateScope {
  const { schedule, run, record } = target;
  return { schedule, run, record, customer_id: schedule.customer_id };
}

/** Whether a string is a template at all. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

/** Whether any string inside a value is a template; keys are never. */
export function hasTemplates(value: unknown): boolean {
  return some(value, isTemplate);
}

/** Filters whose cost is in proportion to their input, which the memory limit bounds. */
const LINEAR =
  'abs append at_least at_most base64_encode capitalize ceil default divided_by downcase escape first floor join json ' +
  'last minus modulo plus prepend round sha256 size split strip times truncate upcase url_encode';
/** A date has a cost per letter of its format, so only a format that stands in the template is trusted. */
const TRUSTED_FILTER = new RegExp(`^\\s*(?:(?:${LINEAR.replaceAll(' ', '|')})(?![\\w?-])|date\\s*:\\s*["'])`);
/** Characters of templates in one config up to which trusted ones are done in some milliseconds, whatever the data. */
const MOST_TRUSTED = 1_024;

/** Whether rendering a value could take long: a tag, a range, a filter not known to be harmless, or many templates. */
function mayBeSlow(value: unknown): boolean {
  let total = 0;
  return some(value, (text) => {
    if (!isTemplate(text)) return false;
    total += text.length;
    if (total > MOST_TRUSTED || text.includes('{%') || text.includes('..')) return true;
    const [, ...filters] = text.split('|');
    return !filters.every((filter) => TRUSTED_FILTER.test(filter));
  });
}

function some(value: unknown, test: (text: string) => boolean, depth = 0): boolean {
  if (typeof value === 'string') return test(value);
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return false;
  return Object.values(value).some((inner) => some(inner, test, depth + 1));
}

/**
 * Problems of the templates inside a value that show without rendering: syntax, unknown filters, depth, secrets.
 * @param secrets whether they may stand there, as `secrets.NAME`
 */
export function checkTemplates(
  value: unknown,
  secrets: 'secrets' | 'no secrets' = 'no secrets',
  path: readonly (string | number)[] = [],
): ConfigProblem[] {
  if (typeof value === 'string') {
    if (!isTemplate(value)) return [];
    try {
      const named = namedSecrets(value);
      if (named.length > 0 && secrets === 'no secrets') return [{ path, ...SECRETS_ELSEWHERE }];
      return named.includes(null) ? [{ path, ...SECRETS_OTHERWISE }] : [];
    } catch (error) {
      return [{ path, msg: reasonOf(error), type: 'template_error' }];
    }
  }
  if (typeof value !== 'object' || value === null) return [];
  if (path.length > MOST_DEPTH) {
    return [{ path, msg: `is nested deeper than ${MOST_DEPTH} levels`, type: 'too_deep' }];
  }
  return entries(value).flatMap(([key, inner]) => checkTemplates(inner, secrets, [...path, key]));
}

const SECRETS_ELSEWHERE = {
  msg: 'names secrets, which only the headers, auth and body of a WEBHOOK and the text and html of an EMAIL may do',
  type: 'secret_not_allowed',
};
const SECRETS_OTHERWISE = {
  msg: 'must name each secret as secrets.NAME: not the whole of them, none by a variable, no part of one',
  type: 'secret_reference',
};

/** The secrets that the templates inside a value name, and where. What is no template at all fails when it is rendered. */
export function secretUses(value: unknown, path: readonly (string | number)[] = []): SecretUse[] {
  if (typeof value === 'string') {
    if (!value.includes('secrets')) return [];
    try {
      return namedSecrets(value).flatMap((name) => (name === null ? [] : [{ name, path }]));
    } catch {
      return [];
    }
  }
  if (typeof value !== 'object' || value === null || path.length > MOST_DEPTH) return [];
  return entries(value).flatMap(([key, inner]) => secretUses(inner, [...path, key]));
}

const namesOf = new WeakMap<readonly Template[], readonly (string | null)[]>();

/** The secrets that a template names; null for one that it reaches for in another way. */
function namedSecrets(text: string): readonly (string | null)[] {
  if (!isTemplate(text)) return [];
  const templates = compile(text);
  // Reading a template's variables takes as long as rendering it. What names them by a detour finds nothing in its scope.
  if (!text.includes('secrets')) return [];
  const known = namesOf.get(templates);
  if (known) return known;
  const { variables } = liquid.analyzeSync([...templates], { partials: false });
  const found = (variables['secrets'] ?? []).map(({ segments: [, name, ...rest] }) =>
    typeof name === 'string' && SECRET_NAME.test(name) && rest.length === 0 ? name : null,
  );
  const names = [...new Set(found)];
  namesOf.set(templates, names);
  return names;
}

function entries(value: object): [string | number, unknown][] {
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value);
}

/**
 * A copy of a value with every string inside it rendered, keys left alone. Time, memory and output are bounded for the
 * whole value. Throws a TemplateError that names the place.
 */
export function renderAll<T>(value: T, scope: TemplateScope): T;
export function renderAll(value: unknown, scope: TemplateScope): unknown {
  let at: (string | number)[] = [];
  const run = (): unknown => renderInto(value, { at: (at = []), left: MOST_OUTPUT, scope });
  try {
    return mayBeSlow(value) ? watched(run) : run();
  } catch (error) {
    throw new TemplateError(at, reasonOf(error));
  }
}

interface Job {
  /** Where the rendering is; after a throw, where it stopped. */
  readonly at: (string | number)[];
  left: number;
  readonly scope: TemplateScope;
}

function renderInto(value: unknown, job: Job): unknown {
  if (typeof value === 'string') {
    const text = isTemplate(value) ? String(liquid.renderSync([...compile(value)], job.scope)) : value;
    job.left -= text === value ? 0 : text.length;
    if (job.left < 0) throw new RangeError(`the rendered text is longer than ${MOST_OUTPUT} characters`);
    return text;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (job.at.length > MOST_DEPTH) throw new RangeError(`is nested deeper than ${MOST_DEPTH} levels`);
  const pairs = entries(value).map(([key, inner]): [string | number, unknown] => {
    job.at.push(key);
    const rendered = renderInto(inner, job);
    job.at.pop();
    return [key, rendered];
  });
  return Array.isArray(value) ? pairs.map(([, inner]) => inner) : Object.fromEntries(pairs);
}

const sandbox = vm.createContext({ run: (): unknown => undefined });
const script = new vm.Script('run()');

/**
 * Runs a function under V8's watchdog. Liquid's own `renderLimit` looks at the clock between tags only: a nested
 * `find_exp` or a `date` with a long format ran for 8 s under a limit of 100 ms. The watchdog costs 0.2 to 0.4 ms,
 * against 0.02 ms of a plain template, which is why those that can't be slow go without.
 */
function watched(run: () => unknown): unknown {
  for (let tries = 1; ; tries++) {
    const before = process.threadCpuUsage();
    sandbox['run'] = run;
    try {
      return script.runInContext(sandbox, { timeout: MOST_TIME_MS });
    } catch (error) {
      if (!isTimeout(error)) throw error;
      const { user, system } = process.threadCpuUsage(before);
      // On a machine under load the clock runs out before the template had its share: that is not the template's fault.
      if (tries < 3 && user + system < (MOST_TIME_MS * 1_000) / 2) continue;
      throw new RangeError(`takes longer than ${MOST_TIME_MS} ms to render`, { cause: error });
    } finally {
      sandbox['run'] = undefined;
    }
  }
}

function isTimeout(error: unknown): boolean {
  // Not instanceof: the error is made in the sandbox, whose Error is another one.
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

/** Liquid's words for its own limits name neither what is too much nor how much would do. */
const LIMITS: Readonly<Record<string, string>> = {
  'memory alloc limit exceeded': `makes more than ${MOST_MEMORY} characters and list items on its way; loop over less, or make less text`,
  'parse length limit exceeded': `is longer than ${MOST_TEMPLATE} characters, the most that a template may have`,
};

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, said = message, line, column] = /^(.*), line:(\d+), col:(\d+)$/s.exec(message) ?? [];
  const reason = LIMITS[said] ?? said;
  return line === undefined ? reason : `${reason} (line ${line}, column ${column})`;
}
