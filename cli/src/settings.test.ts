import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hydracore-settings-'));
  await mkdir(join(cwd, '.hydracore'));
  await writeFile(join(cwd, '.hydracore', 'api-key'), 'hc_live_near\n');
  await writeFile(join(cwd, 'key'), 'hc_live_file\n');
  await writeFile(join(cwd, 'empty'), '\n');
});
afterAll(() => rm(cwd, { recursive: true }));

const near = { value: 'hc_live_near', from: '.hydracore/api-key' };
const own = { value: 'hc_live_own', from: 'HYDRACORE_API_KEY' };

it.each([
  [{}, {}, { url: 'http://127.0.0.1:8080', credential: near }],
  [{}, { HYDRACORE_URL: '', HYDRACORE_API_KEY: ' ' }, { url: 'http://127.0.0.1:8080', credential: near }],
  [{}, { HYDRACORE_URL: 'https://h.example.com/' }, { url: 'https://h.example.com', credential: null }],
  [{ url: 'http://[::1]:1' }, { HYDRACORE_URL: 'https://h.example.com' }, { url: 'http://[::1]:1', credential: near }],
  [{ url: 'http://127.0.0.1.example.com' }, {}, { url: 'http://127.0.0.1.example.com', credential: null }],
  [{ url: 'https://h' }, { HYDRACORE_API_KEY: 'hc_live_own' }, { url: 'https://h', credential: own }],
  [{ apiKeyFile: 'key' }, { HYDRACORE_API_KEY: 'hc_live_own' }, { credential: { value: 'hc_live_file', from: 'key' } }],
])('options %j with the environment %j', async (options, env, expected) => {
  expect(await readSettings({ ...options, env, cwd })).toMatchObject(expected);
});

it.each([
  [{ url: 'localhost:8080' }, {}, '--url is "localhost:8080"; it must be like'],
  [{}, { HYDRACORE_URL: 'http://' }, 'HYDRACORE_URL is "http://"; it must be like'],
  [{ apiKeyFile: 'none' }, {}, "--api-key-file none can't be read: ENOENT"],
  [{ apiKeyFile: 'empty' }, {}, '--api-key-file empty is empty'],
])('options %j with the environment %j are refused', async (options, env, message) => {
  await expect(readSettings({ ...options, env, cwd })).rejects.toThrow(message);
});
