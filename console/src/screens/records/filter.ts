import type { EntityDefinition } from '@hydracore/client';
import { oneOfIn, pageIn, textIn } from '../../show/search-params.ts';

/** Records on one page. */
export const PAGE = 50;

type Field = EntityDefinition['fields'][number];
export type Operator = 'is' | 'contains' | 'from' | 'to' | 'none';

/** How a field is looked at, in words. */
export const OPERATORS: Readonly<Record<Operator, string>> = {
  is: 'is',
  contains: 'contains',
  from: 'is at least',
  to: 'is at most',
  none: 'has no value',
};

/** Which records the table shows: what stands in its address. */
export interface RecordFilter {
  readonly external?: string;
  readonly customer?: string;
  readonly field?: string;
  readonly op?: Operator;
  readonly value?: string;
  readonly page?: number;
}

/** Reads an address. What is no filter of ours is passed over. */
export function readRecordFilter(search: Record<string, unknown>): RecordFilter {
  return {
    ...textIn(search, 'external'),
    ...textIn(search, 'customer'),
    ...textIn(search, 'field'),
    ...oneOfIn(search, 'op', ['is', 'contains', 'from', 'to', 'none'] as const),
    ...(typeof search['value'] === 'boolean' ? { value: String(search['value']) } : textIn(search, 'value')),
    ...pageIn(search),
  };
}

/** Only the page: of lists that nothing narrows. */
export function readPage(search: Record<string, unknown>): { readonly page?: number } {
  return pageIn(search);
}

/** How a field of a type can be looked at. The first is where nothing is said. */
export function operatorsOf(type: Field['type'] | undefined): readonly Operator[] {
  switch (type) {
    case 'STRING':
      return ['contains', 'is', 'none'];
    case 'NUMBER':
    case 'DATE':
    case 'DATETIME':
      return ['is', 'from', 'to', 'none'];
    case 'BOOLEAN':
      return ['is', 'none'];
    default:
      return ['contains', 'none'];
  }
}

/** Whether anything narrows the table. */
export function isNarrow(filter: RecordFilter, fields: readonly Field[]): boolean {
  return filter.external !== undefined || filter.customer !== undefined || conditionOf(filter, fields) !== null;
}

/** The query of the page that is shown. */
export function queryOf(filter: RecordFilter, fields: readonly Field[]) {
  const condition = conditionOf(filter, fields);
  return {
    ...(filter.external !== undefined && { external_id: filter.external }),
    ...(filter.customer !== undefined && { customer_id: filter.customer }),
    ...(condition && { filter: JSON.stringify(condition) }),
    limit: PAGE,
    offset: ((filter.page ?? 1) - 1) * PAGE,
  };
}

/** The condition on a field as the API takes it; null: none, or it is not whole yet. */
export function conditionOf({ field: name, op, value }: RecordFilter, fields: readonly Field[]): object | null {
  const field = fields.find((one) => one.name === name);
  if (!field) return null;
  const operator = operatorsOf(field.type).find((one) => one === op) ?? operatorsOf(field.type)[0];
  if (operator === 'none') return { [field.name]: { $exists: false } };
  if (value === undefined) return null;
  const key = operator === 'contains' ? '$contains' : operator === 'from' ? '$gte' : operator === 'to' ? '$lte' : '$eq';
  return { [field.name]: { [key]: valueOf(value, field.type) } };
}

/** A typed value by the field's type. What does not fit goes as it is: the API says what is wrong with it. */
function valueOf(text: string, type: Field['type']): unknown {
  if (type === 'NUMBER' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (type === 'BOOLEAN' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (type !== 'JSON') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
