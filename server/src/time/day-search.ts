import { civilDate, dayNumber, monthLength } from './calendar.ts';

const ALL_DAYS = 0x7fff_ffff;

/** Matching days of a month as bits (bit d-1 for day d). `start` is the day number of the 1st. */
export type MonthBits = (year: number, month: number, start: number, length: number) => number;

function bitCount(bits: number): number {
  let v = bits - ((bits >>> 1) & 0x5555_5555);
  v = (v & 0x3333_3333) + ((v >>> 2) & 0x3333_3333);
  return (((v + (v >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
}

/**
 * Searches and counts matching days. Remembers the month it looked at last, because callers walk forward; the memory
 * never changes an answer.
 */
export class DaySearch {
  readonly #bitsOf: MonthBits;
  #year = 0;
  #month = 0;
  #start = 0;
  #end = 0;
  #bits = 0;

  constructor(bitsOf: MonthBits) {
    this.#bitsOf = bitsOf;
  }

  /** Smallest matching day in [from, limit), else Infinity. Day numbers as in calendar.ts. */
  first(from: number, limit: number): number {
    if (from >= limit) return Infinity;
    this.#load(from);
    let bits = (this.#bits >>> (from - this.#start)) << (from - this.#start);
    while (bits === 0) {
      if (this.#end >= limit) return Infinity;
      this.#forward();
      bits = this.#bits;
    }
    const day = this.#start + 31 - Math.clz32(bits & -bits);
    return day < limit ? day : Infinity;
  }

  /** Largest matching day in [from, limit), else -Infinity. */
  last(from: number, limit: number): number {
    if (from >= limit) return -Infinity;
    this.#load(limit - 1);
    let bits = this.#bits & (ALL_DAYS >>> (31 - (limit - this.#start)));
    while (bits === 0) {
      if (this.#start <= from) return -Infinity;
      this.#load(this.#start - 1);
      bits = this.#bits;
    }
    const day = this.#start + 31 - Math.clz32(bits);
    return day >= from ? day : -Infinity;
  }

  /** Matching days in [from, limit). */
  count(from: number, limit: number): number {
    if (from >= limit) return 0;
    this.#load(from);
    let total = -bitCount(this.#bits & ((1 << (from - this.#start)) - 1));
    while (this.#end <= limit) {
      total += bitCount(this.#bits);
      this.#forward();
    }
    return total + bitCount(this.#bits & ((1 << (limit - this.#start)) - 1));
  }

  #load(day: number): void {
    if (day >= this.#start && day < this.#end) return;
    const { year, month } = civilDate(day);
    this.#set(year, month, dayNumber(year, month, 1));
  }

  #forward(): void {
    if (this.#month === 12) this.#set(this.#year + 1, 1, this.#end);
    else this.#set(this.#year, this.#month + 1, this.#end);
  }

  #set(year: number, month: number, start: number): void {
    const length = monthLength(year, month);
    this.#year = year;
    this.#month = month;
    this.#start = start;
    this.#end = start + length;
    this.#bits = this.#bitsOf(year, month, start, length);
  }
}
