import { toValue, type Context, type Emitter, type Liquid, type Template } from 'liquidjs';

/** Collects output and charges it to the memory limit of the rendering, which Liquid itself does for filters only. */
class BoundedEmitter implements Emitter {
  buffer = '';
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  write(value: unknown): void {
    const text = textOf(value);
    this.#context.memoryLimit.use(text.length);
    this.buffer += text;
  }
}

/** The text of a value in the output: as Liquid's own, but an object is JSON, not `[object Object]`. */
function textOf(value: unknown): string {
  const plain: unknown = toValue(value);
  if (plain === null || plain === undefined) return '';
  if (Array.isArray(plain)) return plain.map(textOf).join('');
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

/**
 * Makes every buffer of a Liquid engine bounded, those of `capture` too: without it a loop in a capture builds half a
 * gigabyte of text before any limit is looked at.
 */
export function boundOutput(liquid: Liquid): Liquid {
  const { renderer } = liquid;
  const original = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = (templates: Template[], context: Context, emitter = new BoundedEmitter(context)) =>
    original(templates, context, emitter);
  return liquid;
}
