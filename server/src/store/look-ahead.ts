/**
 * The most dates that one look for the next occurrence goes along where a filter has to be asked for each: some tens of
 * milliseconds. A filter that few records meet is searched for in several looks.
 */
export const MOST_LOOKED_AT = 20_000;

/** Most filters are met by many: so few dates are looked at first. PostgreSQL may read them all before it gives one. */
export const AT_FIRST = 100;

/** The most rows that one look reads of dates that come round, where it has to compute each: are there more, halves of its stretch are looked at. */
export const MOST_READ = 500;
