import { it } from 'vitest';
import { MODEL_TIMEOUT } from '../support/random-cases.ts';
import { compareWithModel } from '../support/relative-model.ts';

it(
  'any sequence of edits leaves the ledger and next_run_at that a naive model computes',
  async () => {
    await compareWithModel(0, 15);
  },
  MODEL_TIMEOUT,
);
