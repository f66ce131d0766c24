import type { ActionContext } from '../actions/action.ts';
import type { Egress } from '../actions/egress.ts';
import type { Stop } from '../actions/stop.ts';

/** What an attempt may use; its signal is made when it is asked for. */
export class AttemptContext implements ActionContext {
  readonly stop: Stop;
  readonly egress: Egress;
  readonly now: () => number;
  readonly log: ActionContext['log'];

  constructor(stop: Stop, egress: Egress, now: () => number, log: ActionContext['log']) {
    this.stop = stop;
    this.egress = egress;
    this.now = now;
    this.log = log;
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }
}
