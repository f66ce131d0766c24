import { Buffer } from 'buffer';

// The parser works on Node's kind of bytes, wherever it runs.
Object.assign(globalThis, { Buffer: (globalThis as { Buffer?: unknown }).Buffer ?? Buffer });
