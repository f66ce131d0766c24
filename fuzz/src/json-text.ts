/** JSON that no JavaScript value stands for: written into the text as it is. */
export class Verbatim {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object by its members in order: names that come twice, and `__proto__`. */
export class Members {
  readonly list: readonly (readonly [string, unknown])[];

  constructor(list: readonly (readonly [string, unknown])[]) {
    this.list = list;
  }
}

/** The members of an object of either kind; null: it is none. */
export function membersOf(value: unknown): readonly (readonly [string, unknown])[] | null {
  if (value instanceof Members) return value.list;
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Verbatim) return null;
  return Object.entries(value);
}

/** Writes a value, `Verbatim` and `Members` in it, as JSON text. */
export function write(value: unknown): string {
  if (value instanceof Verbatim) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  const members = membersOf(value);
  if (members) return `{${members.map(([name, part]) => `${JSON.stringify(name)}:${write(part)}`).join(',')}}`;
  return JSON.stringify(value) ?? 'null';
}
