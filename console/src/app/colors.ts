import { localStorageColorSchemeManager } from '@mantine/core';

/** Light, dark or the system's, kept in this browser. public/console/colors.js reads the same before anything is painted. */
export const colors = localStorageColorSchemeManager({ key: 'hydracore.colors' });
