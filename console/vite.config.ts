import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mantineStyles } from './build/mantine-styles.ts';

export default defineConfig({
  plugins: [react(), mantineStyles()],
  resolve: {
    // From its sources: the package's dist is there only once it is packed.
    alias: {
      '@hydracore/client': fileURLToPath(new URL('../client/src/index.ts', import.meta.url)),
      'node:stream/web': fileURLToPath(new URL('src/screens/import/web-streams.ts', import.meta.url)),
    },
  },
  build: {
    assetsDir: 'console',
    // The policy of the page allows no data: in fonts, and a file is cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // All of 2024: `light-dark()` in styles is theirs.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    reportCompressedSize: false,
  },
});
