import { parseArgs } from 'node:util';

/** Options with their defaults: a number takes whole numbers, a boolean is a switch. */
type Defaults = Readonly<Record<string, string | number | boolean>>;
type Read<T extends Defaults> = {
  readonly [K in keyof T]: T[K] extends number ? number : T[K] extends boolean ? boolean : string;
};

/** Reads a bench's options. @throws Error that names the option, its value and what would be valid */
export function readFlags<const T extends Defaults>(args: readonly string[], defaults: T): Read<T> {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? ({ type: 'boolean' } as const) : ({ type: 'string' } as const),
    ]),
  );
  const { values } = parseArgs({ args: [...args], options, allowNegative: true });
  const read = Object.entries(defaults).map(([name, absent]) => {
    const given = values[name];
    if (given === undefined) return [name, absent];
    return [name, typeof absent === 'number' ? wholeNumber(name, String(given)) : given];
  });
  return Object.fromEntries(read) as Read<T>;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} is ${JSON.stringify(text)}; it takes a whole number of at least 0`);
}

/** A list of whole numbers, such as `100,1000`. */
export function numberList(name: string, text: string): number[] {
  return list(text).map((part) => wholeNumber(name, part));
}

/** The parts of a list with commas. */
export function list(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

/** `NAME=VALUE,NAME=VALUE`: variables for the server. */
export function variables(text: string): Record<string, string> {
  return Object.fromEntries(
    list(text).map((part) => {
      const [name = '', ...value] = part.split('=');
      if (value.length > 0 && /^[A-Z][A-Z0-9_]*$/.test(name)) return [name, value.join('=')];
      throw new Error(`--env holds ${JSON.stringify(part)}; it takes NAME=VALUE, several with commas between`);
    }),
  );
}
