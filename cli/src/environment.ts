/** The only reader of the environment. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env;
