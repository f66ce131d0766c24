/** The variables about browsers, and what becomes of them. config.ts reads them with the others. */

/** How browsers reach the server, and how long they stay. */
export interface WebConfig {
  /** The server's own origin; null: whatever `Host` says. */
  readonly publicUrl: string | null;
  readonly corsOrigins: readonly string[];
  readonly sessionIdleMinutes: number;
}

/** An origin as browsers write it: no path, no trailing slash. */
function webOrigin(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#@*]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).origin;
}

export const WEB_VARIABLES = {
  HYDRACORE_PUBLIC_URL: {
    description: 'Where browsers reach the server. With https:// its cookies are Secure and it sends HSTS.',
    default: 'none: whatever the Host header says, over plain HTTP',
    valid: 'a URL without a path, such as https://hydracore.example.com',
    parse: webOrigin,
    absent: null,
  },
  HYDRACORE_CORS_ORIGINS: {
    description: 'Whose pages, beside its own, may call the API from a browser, with an API key.',
    default: 'none',
    valid: 'origins such as https://app.example.com, separated by commas',
    parse: (text: string): string[] | undefined => {
      const given = text.split(/[\s,]+/).filter((part) => part !== '');
      const origins = given.flatMap((part) => webOrigin(part) ?? []);
      return origins.length === given.length ? origins : undefined;
    },
    absent: [],
  },
  HYDRACORE_SESSION_IDLE_MINUTES: {
    description: 'A session of the console ends after so long without a request; after 12 hours in any case.',
    default: '60',
    valid: 'a whole number from 5 to 720',
    parse: (text: string): number | undefined =>
      /^\d{1,3}$/.test(text) && Number(text) >= 5 && Number(text) <= 720 ? Number(text) : undefined,
    absent: 60,
  },
} as const;

type WebVariables = typeof WEB_VARIABLES;
type Value<N extends keyof WebVariables> =
  | Exclude<ReturnType<WebVariables[N]['parse']>, undefined>
  | WebVariables[N]['absent'];

/** The variables as one. */
export function readWeb(read: <N extends keyof WebVariables>(name: N) => Value<N>): WebConfig {
  return {
    publicUrl: read('HYDRACORE_PUBLIC_URL'),
    corsOrigins: read('HYDRACORE_CORS_ORIGINS'),
    sessionIdleMinutes: read('HYDRACORE_SESSION_IDLE_MINUTES'),
  };
}
