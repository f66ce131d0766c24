import { mkdir, writeFile } from 'node:fs/promises';
import type { Case, Shot } from './cases.ts';
import type { Outcome, WireRequest } from './client.ts';

/** Something that should not be. */
export interface Finding {
  readonly case: Case | null;
  readonly shot: Shot | null;
  readonly outcome: Outcome | null;
  readonly problem: string;
}

const FOLDER = 'test-results/fuzz';
/** The longest body that stands in the command itself. */
const INLINE = 500;

/** A finding for people: what was sent, as a command, what came back, and how to see it again. */
export async function shown(finding: Finding, url: string, seed: number): Promise<string> {
  const { case: from, shot, outcome, problem } = finding;
  const lines = [`\n✗ ${problem}`];
  if (from) lines.push(`  case ${from.number}: ${from.what}${shot ? `, ${shot.what}` : ''}`);
  if (shot) lines.push(`  ${await curl(shot.request, url, `${seed}-${from?.number ?? 0}`)}`);
  if (typeof outcome === 'string') lines.push(`  → ${outcome}`);
  else if (outcome) lines.push(`  → ${outcome.status} ${outcome.text.slice(0, 1_000)}`);
  if (from) lines.push(`  again: npm run fuzz -- --seed ${seed} --case ${from.number}`);
  return lines.join('\n');
}

async function curl(
  { method, target, headers, body, framing }: WireRequest,
  url: string,
  name: string,
): Promise<string> {
  const parts = ['curl', '-sS', '-X', quoted(method), '--path-as-is', quoted(`${url}${target}`)];
  for (const [key, value] of headers) {
    parts.push(
      '-H',
      key === 'X-Api-Key' && value.length < 64
        ? '"X-Api-Key: $KEY"'
        : quoted(`${key}: ${value.length > INLINE ? `${value.slice(0, 20)}…${value.length} characters` : value}`),
    );
  }
  if (body) parts.push('--data-binary', await bodyArgument(body, name));
  return parts.join(' ') + (framing ? `  # sent as ${framing}` : '');
}

async function bodyArgument(body: Buffer, name: string): Promise<string> {
  const text = body.toString('utf8');
  if (body.length <= INLINE && Buffer.from(text).equals(body) && !text.includes('\0')) return quoted(text);
  const file = `${FOLDER}/${name}.body`;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, body);
  return `@${file}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
