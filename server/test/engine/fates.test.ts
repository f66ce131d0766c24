import { it } from 'vitest';
import { checkFates } from '../support/fates.ts';
import { MODEL_TIMEOUT } from '../support/random-cases.ts';

it(
  'whatever becomes of a schedule, its receiver and its server, each occurrence has one fate',
  () => checkFates(15),
  MODEL_TIMEOUT,
);
