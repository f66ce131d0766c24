/** What the CSV parser asks of `node:stream/web`: browsers have the same. vite.config.ts puts it in its place. */
export const { TransformStream, CountQueuingStrategy } = globalThis;
