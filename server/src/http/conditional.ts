import { AppError } from '../domain/errors.ts';

/** The ETag of a row's answer. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

/** @throws AppError `stale_version` when `If-Match` names another version than the stored one */
export function requireVersion(headers: Headers, what: string, version: number): void {
  const expected = headers.get('if-match');
  if (expected === null || expected.trim() === '*') return;
  if (expected.split(',').some((tag) => tag.trim() === versionTag(version))) return;
  throw new AppError('stale_version', `The ${what} is at version ${version} now, not at ${expected}: read it again.`);
}
