#!/usr/bin/env node
// JavaScript for whatever Node starts it; what it starts is TypeScript and runs on the Node that the package "node" brings.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDS = 26;

if (Number.parseInt(process.versions.node, 10) >= NEEDS) {
  await import('../src/main.ts');
} else {
  const node = bundledNode();
  if (node === null) {
    process.stderr.write(
      `hydracore needs Node ${NEEDS} and was started by ${process.version}; run "npm ci" in the repository, which brings it.\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    process.stderr.write(`${node} can't be started: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function bundledNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  } catch {
    return null;
  }
}
