import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly unknown[];
}

it('the bill of materials names everything that the server needs, as it is installed, and no tool', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '-s', 'sbom'], { cwd: ROOT, maxBuffer: 2 ** 26 });
  const bom = JSON.parse(stdout) as { components: Component[] } & Record<string, unknown>;
  expect(bom).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { name: 'hydracore-schedules' } },
  });
  const named = (name: string) =>
    bom.components.filter((c) => (c.group === undefined ? c.name : `${c.group}/${c.name}`) === name);
  const { dependencies, devDependencies } = JSON.parse(await readFile(new URL('server/package.json', ROOT), 'utf8'));
  const { packages } = JSON.parse(await readFile(new URL('package-lock.json', ROOT), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const version = (packages[`server/node_modules/${name}`] ?? packages[`node_modules/${name}`]).version;
    const found = named(name).find((component) => component.version === version);
    expect(found, name).toMatchObject({ purl: expect.stringContaining(version) });
    expect(found?.licenses, name).not.toHaveLength(0);
  }
  // One that something else here needs in production as well is rightly named.
  const tools = Object.keys(devDependencies).filter((name) => packages[`node_modules/${name}`]?.dev === true);
  expect(tools.length).toBeGreaterThan(5);
  for (const name of tools) expect(named(name), name).toEqual([]);
  expect(named('vitest')).toEqual([]);
});
