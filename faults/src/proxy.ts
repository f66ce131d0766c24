import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What the network between a server and the database does to what passes. */
export type Weather =
  | { readonly kind: 'clear' }
  /** Each way, for each piece. Order is kept. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing passes, not even the end of a connection, until it clears: then what was held back does. */
  | { readonly kind: 'black-hole' }
  /** The database's side of each connection is gone, and the server is not told. New connections meet the same. */
  | { readonly kind: 'half-open' };

const WORST_FIRST = ['black-hole', 'half-open', 'delay'] as const;

/** The network between one server and the database: a port of loopback that leads to the database's Unix socket. */
export class Proxy {
  readonly #socket: () => string;
  readonly #links = new Set<Link>();
  /** What is on now; the worst of it counts. */
  readonly #imposed = new Set<Weather>();
  readonly #server: Server;

  /** @param socket where the database listens */
  constructor(socket: () => string) {
    this.#socket = socket;
    this.#server = createServer((near) => {
      const link = new Link(near, () => this.#weather(), this.#socket());
      this.#links.add(link);
      near.on('close', () => this.#links.delete(link));
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** How a server is told of the database by way of this proxy. */
  get environment() {
    const address = this.#server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const url = (role: string) => `postgresql://${role}@127.0.0.1:${port}/hydracore`;
    return {
      HYDRACORE_DATABASE_URL: url('hydracore_server'),
      HYDRACORE_DATABASE_ADMIN_URL: url('hydracore'),
    };
  }

  /** Makes the weather so until the returned function is called. */
  impose(weather: Weather): () => void {
    const imposed = { ...weather };
    this.#imposed.add(imposed);
    this.#changed();
    return () => {
      this.#imposed.delete(imposed);
      this.#changed();
    };
  }

  /** Breaks every connection with RST, at both ends; new ones may be made at once. */
  reset(): void {
    for (const link of this.#links) link.reset();
  }

  #weather(): Weather {
    const all = [...this.#imposed];
    return WORST_FIRST.flatMap((kind) => all.find((weather) => weather.kind === kind) ?? [])[0] ?? { kind: 'clear' };
  }

  #changed(): void {
    for (const link of this.#links) link.weatherChanged();
  }

  async stop(): Promise<void> {
    for (const link of this.#links) link.reset();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** One connection through the proxy. */
class Link {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #weather: () => Weather;
  readonly #ways: readonly Way[];
  #severed = false;

  constructor(near: Socket, weather: () => Weather, socket: string) {
    this.#near = near;
    this.#weather = weather;
    this.#far = connect(socket);
    this.#ways = [this.#join(near, this.#far), this.#join(this.#far, near)];
    this.weatherChanged();
  }

  #join(from: Socket, to: Socket): Way {
    const way = new Way(this.#weather);
    from.setNoDelay(true);
    from.on('error', () => undefined);
    from.on('data', (bytes) => this.#severed || way.add(() => to.write(bytes)));
    from.on('close', () => this.#severed || way.add(() => to.destroy()));
    return way;
  }

  weatherChanged(): void {
    if (this.#weather().kind === 'half-open' && !this.#severed) {
      // It stays dead when the weather clears: the server has to find out by itself.
      this.#severed = true;
      for (const way of this.#ways) way.close();
      this.#far.destroy();
      return;
    }
    for (const way of this.#ways) way.flow();
  }

  reset(): void {
    this.#severed = true;
    for (const way of this.#ways) way.close();
    this.#near.resetAndDestroy();
    this.#far.destroy();
  }
}

/** One direction of a connection: pieces leave in the order in which they came, whatever the weather did meanwhile. */
class Way {
  readonly #weather: () => Weather;
  #waiting: { readonly at: number; readonly pass: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(weather: () => Weather) {
    this.#weather = weather;
  }

  add(pass: () => void): void {
    const weather = this.#weather();
    this.#waiting.push({ at: performance.now() + (weather.kind === 'delay' ? weather.ms : 0), pass });
    this.flow();
  }

  flow(): void {
    clearTimeout(this.#timer);
    if (this.#weather().kind === 'black-hole') return;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const wait = next.at - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.flow(), wait);
        return;
      }
      this.#waiting.shift();
      next.pass();
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }
}
