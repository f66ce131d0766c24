import { spawnSync } from 'node:child_process';
import { copyFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles src to dist, with the repository's TypeScript: the one beside us is what openapi-typescript needs. */
const root = fileURLToPath(new URL('..', import.meta.url));
const typescript = dirname(createRequire(new URL('../../', import.meta.url)).resolve('typescript/package.json'));
// npm packs the licence that lies beside package.json.
await copyFile(join(root, '..', 'LICENSE'), join(root, 'LICENSE'));
await rm(join(root, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', root], { stdio: 'inherit' });
process.exitCode = status ?? 1;
