/** placeholder, written next */
export const readScheduleFilter = (search: Record<string, unknown>) => search;
