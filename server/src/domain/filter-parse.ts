import { fieldList, type EntityField, type PathProblem } from './entity.ts';
import { checkValue, type FieldType } from './entity-value.ts';
import { COMPARISONS, type Comparison, type Filter } from './filter.ts';
import { show } from './show.ts';

type Path = readonly (string | number)[];

const MOST_DEPTH = 8;
const MOST_CONDITIONS = 100;
const MOST_VALUES = 1_000;

const OPERATORS = ['$eq', '$ne', ...COMPARISONS, '$in', '$nin', '$exists', '$contains', '$not'] as const;
const COMBINATIONS = ['$and', '$or', '$not'] as const;

/** What holds for every record. */
const ALL: Filter = { kind: 'all', of: [] };

/**
 * Reads a filter such as `{"status":"active","amount":{"$gte":100}}` against the fields that records have.
 * @returns the filter, or every problem of it with the path to its place
 */
export function parseFilter(
  value: unknown,
  fields: readonly EntityField[],
): { readonly filter: Filter } | { readonly problems: readonly PathProblem[] } {
  const parser = new Parser(fields);
  const filter = parser.filter(value, [], 1);
  return parser.problems.length > 0 ? { problems: parser.problems } : { filter };
}

class Parser {
  readonly problems: PathProblem[] = [];
  readonly #fields: ReadonlyMap<string, EntityField>;
  #conditions = 0;

  constructor(fields: readonly EntityField[]) {
    this.#fields = new Map(fields.map((field) => [field.name, field]));
  }

  filter(value: unknown, path: Path, depth: number): Filter {
    if (!isObject(value)) {
      return this.#fail(path, `must be an object such as {"status":"active"}, got ${show(value)}`, 'object_type');
    }
    if (depth > MOST_DEPTH) {
      return this.#fail(path, `filters are nested at most ${MOST_DEPTH} deep; write it flatter`, 'too_deep');
    }
    return all(Object.entries(value).map(([key, operand]) => this.#entry(key, operand, [...path, key], depth)));
  }

  #entry(key: string, operand: unknown, path: Path, depth: number): Filter {
    if (key === '$and' || key === '$or') {
      if (!Array.isArray(operand) || operand.length === 0) {
        return this.#fail(path, `must be a list of at least one filter, got ${show(operand)}`, 'list_type');
      }
      const of = operand.map((part, i) => this.filter(part, [...path, i], depth + 1));
      return { kind: key === '$and' ? 'all' : 'any', of };
    }
    if (key === '$not') return { kind: 'not', of: this.filter(operand, path, depth + 1) };
    const field = this.#fields.get(key);
    if (field) return this.#field(field, operand, path, depth);
    if (key.startsWith('$')) {
      const msg = (OPERATORS as readonly string[]).includes(key)
        ? `${key} belongs to a field: write {"field":{"${key}":…}}`
        : `${show(key)} is not an operator here; use ${COMBINATIONS.join(', ')} or a field's name`;
      return this.#fail(path, msg, 'operator_unknown');
    }
    const msg = `${show(key)} is not a field of the definition; ${fieldList([...this.#fields.keys()])}`;
    return this.#fail(path, msg, 'field_unknown');
  }

  /** A value is short for `$eq`; an object is operators, unless the field is JSON and no key of it begins with $. */
  #field(field: EntityField, operand: unknown, path: Path, depth: number): Filter {
    const keys = isObject(operand) ? Object.keys(operand) : [];
    const isValue = !isObject(operand) || (field.type === 'JSON' && !keys.some((key) => key.startsWith('$')));
    if (isValue) return this.#condition(field, '$eq', operand, path);
    if (depth > MOST_DEPTH) {
      return this.#fail(path, `filters are nested at most ${MOST_DEPTH} deep; write it flatter`, 'too_deep');
    }
    if (keys.length === 0) {
      return this.#fail(path, `must name an operator: ${operatorsFor(field.type).join(', ')}`, 'missing');
    }
    return all(
      Object.entries(operand).map(([operator, value]) =>
        operator === '$not'
          ? ({ kind: 'not', of: this.#field(field, value, [...path, operator], depth + 1) } as const)
          : this.#condition(field, operator, value, [...path, operator]),
      ),
    );
  }

  #condition({ name, type }: EntityField, operator: string, operand: unknown, path: Path): Filter {
    this.#conditions += 1;
    if (this.#conditions > MOST_CONDITIONS) {
      const first = this.#conditions === MOST_CONDITIONS + 1;
      return first ? this.#fail(path, `a filter has at most ${MOST_CONDITIONS} conditions`, 'too_long') : ALL;
    }
    if (!(OPERATORS as readonly string[]).includes(operator)) {
      const msg = `${show(operator)} is not an operator; use one of ${OPERATORS.join(', ')}`;
      return this.#fail(path, msg, 'operator_unknown');
    }
    if (!operatorsFor(type).includes(operator)) {
      const msg = `${operator} does not work on a ${type} field; use one of ${operatorsFor(type).join(', ')}`;
      return this.#fail(path, msg, 'operator_type');
    }
    switch (operator) {
      case '$eq':
        return this.#equals(name, type, operand, path);
      case '$ne':
        return { kind: 'not', of: this.#equals(name, type, operand, path) };
      case '$in':
        return this.#oneOf(name, type, operand, path);
      case '$nin':
        return { kind: 'not', of: this.#oneOf(name, type, operand, path) };
      case '$exists':
        if (typeof operand !== 'boolean') {
          return this.#fail(path, `must be true or false, got ${show(operand)}`, 'boolean_type');
        }
        return operand ? { kind: 'not', of: { kind: 'missing', field: name } } : { kind: 'missing', field: name };
      case '$contains':
        return type === 'JSON'
          ? { kind: 'has_item', field: name, item: this.#item(operand, path) }
          : { kind: 'has_text', field: name, text: this.#value('STRING', operand, path) as string };
      default:
        return {
          kind: 'compare',
          field: name,
          operator: operator as Comparison,
          value: this.#value(type, operand, path) as string | number,
        };
    }
  }

  #equals(field: string, type: FieldType, operand: unknown, path: Path): Filter {
    if (operand === null) return { kind: 'missing', field };
    return { kind: 'one_of', field, values: [this.#value(type, operand, path)] };
  }

  #oneOf(field: string, type: FieldType, operand: unknown, path: Path): Filter {
    if (!Array.isArray(operand)) {
      return this.#fail(path, `must be a list of values, got ${show(operand)}`, 'list_type');
    }
    if (operand.length > MOST_VALUES) {
      return this.#fail(path, `must have at most ${MOST_VALUES} values, got ${operand.length}`, 'too_long');
    }
    const values = operand.flatMap((value, i) => (value === null ? [] : [this.#value(type, value, [...path, i])]));
    const oneOf: Filter = { kind: 'one_of', field, values };
    return operand.includes(null) ? { kind: 'any', of: [oneOf, { kind: 'missing', field }] } : oneOf;
  }

  /** The operand as the field would store it. */
  #value(type: FieldType, operand: unknown, path: Path): unknown {
    if (operand === null) {
      this.#fail(path, 'must have a value: null is not comparable; use $exists or $eq', 'null');
      return '';
    }
    const checked = checkValue(type, operand);
    if ('value' in checked) return checked.value;
    this.#fail(path, checked.msg, checked.type);
    return '';
  }

  /** An item of a list may be null, other than a field. */
  #item(operand: unknown, path: Path): unknown {
    return operand === null ? null : this.#value('JSON', operand, path);
  }

  #fail(path: Path, msg: string, type: string): Filter {
    this.problems.push({ path, msg, type });
    return ALL;
  }
}

function operatorsFor(type: FieldType): readonly string[] {
  return OPERATORS.filter((operator) => {
    if ((COMPARISONS as readonly string[]).includes(operator)) return type !== 'BOOLEAN' && type !== 'JSON';
    if (operator === '$contains') return type === 'STRING' || type === 'JSON';
    return true;
  });
}

function all(of: readonly Filter[]): Filter {
  return of.length === 1 && of[0] ? of[0] : { kind: 'all', of };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
