import { relative } from 'node:path';
import type { Bootstrapped } from './bootstrap.ts';
import type { Config } from './config.ts';

/** What a person reads when the server is ready: where it is, where the key is, and a command that makes a schedule fire. */
export function welcome(url: string, config: Config, made: Bootstrapped): string {
  const shown = (file: string) => {
    const near = relative(process.cwd(), file);
    return near.startsWith('..') ? file : near;
  };
  const key = made.keyFile
    ? `$(cat ${shown(made.keyFile)})`
    : config.bootstrapApiKey
      ? '$HYDRACORE_BOOTSTRAP_API_KEY'
      : 'hc_live_…';
  const keyLine = made.keyFile
    ? `in ${shown(made.keyFile)}`
    : config.bootstrapApiKey
      ? 'the one in HYDRACORE_BOOTSTRAP_API_KEY'
      : 'made at the first start on this database, in that data folder';
  return `
  HydraCore Schedules is ready.

    Console           ${url}/
    API page          ${url}/docs
    API key           ${keyLine}
    Webhook secret    ${made.secretFile ? `in ${shown(made.secretFile)}` : config.webhookSecrets ? 'the one in HYDRACORE_WEBHOOK_SECRETS' : 'made at the first start on this database'}
    Database          ${config.databaseUrl ? 'PostgreSQL, by HYDRACORE_DATABASE_URL' : `embedded PostgreSQL, in ${shown(config.dataDir)}`}

  Make a schedule that fires every five seconds, and look at what it did:

    curl -X POST ${url}/v1/schedules -H "X-Api-Key: ${key}" -H "Content-Type: application/json" \\
      -d '{"name":"Hello","schedule_type":"RATE","schedule_expression":"rate(5 seconds)","action_type":"LOG_EVENT","action_config":{"message":"Hello from {{ schedule.name }}"}}'

    npm run demo      shows webhooks as they arrive

  Ctrl-C stops it.

`;
}
