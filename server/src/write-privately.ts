import { chmod, open, rename } from 'node:fs/promises';

/** Writes a file whole or not at all, readable by the owner alone from its first byte. */
export async function writePrivately(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(draft, 0o600);
  await rename(draft, file);
}
