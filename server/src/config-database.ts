import { readFileSync } from 'node:fs';

/** What of a database's URL names a file that the driver reads as it connects. */
const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const;

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
};

/** The files of a database's URL that can't be read, one sentence each. Paths are no secret, the rest of the URL may be. */
export function databaseFileProblems(variable: string, url: string | null): string[] {
  // One that is not valid has been told of: it was read as nothing.
  if (!url) return [];
  const { searchParams } = new URL(url.replace('@/', '@socket/'));
  return FILES.flatMap((name) => {
    const path = searchParams.getAll(name).at(-1) ?? '';
    if (path === '') return [];
    const cause = whyUnreadable(path);
    if (cause === null) return [];
    return [`${variable} has ${name}=${path}, which can't be read: ${cause}; it must be the path of a PEM file`];
  });
}

function whyUnreadable(path: string): string | null {
  try {
    readFileSync(path);
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return CAUSES[code ?? ''] ?? message;
  }
}
