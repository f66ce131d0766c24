/** Values of a field that are told one by one: the most that a step through a whole minute, hour or year of it leaves behind. */
const MOST_TOLD = 9;
/** The same where they are told together with those of other items. */
const MOST_TOGETHER = 20;

/** The lowest and the highest value of a field. */
export type Bounds = readonly [min: number, max: number];

/**
 * A canonical field, written so that words made of it are true: a step that does not come round evenly (every 17 minutes:
 * :00 :17 :34 :51 :00) is the list of its values. Long lists stay what they are where the words name their range.
 */
export function evenSteps(field: string, bounds: Bounds): string {
  if (!field.includes('/')) return field;
  const items = field.split(',').map((item) => evenItem(item, bounds));
  const text = [...new Set(items)].join(',');
  const isPlain = items.every((item) => /^[\d,*/-]+$/.test(item));
  if (!isPlain || items.length === 1 || !items.some((item) => item.includes(','))) return text;
  const values = new Set(items.flatMap((item) => item.split(',')).flatMap((item) => valuesOf(item, bounds)));
  return values.size > MOST_TOGETHER ? text : inOrder(values).join(',');
}

function evenItem(item: string, bounds: Bounds): string {
  const [range = '', step] = item.split('/');
  if (step === undefined) return item;
  const [min, max] = bounds;
  const size = max - min + 1;
  const values = valuesOf(item, bounds);
  if (values.length === 1) return String(values[0]);
  // All of `*/15`, however it was written: as 0-59/15, for one.
  if (values[0] === min && values.length * Number(step) === size) return `*/${step}`;
  const [from = 0, to = 0] = range.split('-').map(Number);
  const endsOnAStep = range !== '*' && from <= to && (to - from) % Number(step) === 0;
  return endsOnAStep || values.length > MOST_TOLD ? item : values.join(',');
}

/** The values of a canonical item without specials, in order. */
function valuesOf(item: string, [min, max]: Bounds): number[] {
  const [range = '', step = '1'] = item.split('/');
  const [from = min, to = from] = range === '*' ? [min, max] : range.split('-').map(Number);
  const size = max - min + 1;
  const values: number[] = [];
  for (let i = from; i <= (to < from ? to + size : to); i += Number(step)) values.push(i > max ? i - size : i);
  return inOrder(values);
}

function inOrder(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}
