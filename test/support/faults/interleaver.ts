import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import { type RandomStream, randomStream } from '#shared/random/random-stream.ts';

interface Task {
  readonly name: string;
  /** Port calls that wait for their turn, are being carried out, and sleeps on the clock. */
  waiting: number;
  executing: number;
  sleeping: number;
}

interface Turn {
  readonly task: Task;
  readonly what: string;
  readonly go: () => void;
}

/**
 * Runs tasks beside each other with the order of their port calls a function of the seed. Every call of a wrapped port
 * waits for its turn; when each task waits for one (or sleeps), the next to go on is drawn. Between two calls a task
 * runs alone, even through asynchronous computation, so the same seed gives the same run.
 *
 * A task must wait for nothing but wrapped ports, the wrapped clock and its own computation, and must not compute
 * asynchronously beside a port call that is under way. Calls made outside any task do not wait.
 */
export class Interleaver {
  /** Who went on with what, in order. */
  readonly trace: string[] = [];
  readonly #random: RandomStream;
  readonly #current = new AsyncLocalStorage<Task>();
  readonly #active = new Set<Task>();
  readonly #turns: Turn[] = [];
  #armed = false;

  constructor(seed: number) {
    this.#random = randomStream(seed, 'fault', 1);
  }

  /** Runs the task among the others; settles as it does. When it starts is drawn as well. */
  async run<T>(name: string, body: () => Promise<T>): Promise<T> {
    const task: Task = { name, waiting: 0, executing: 0, sleeping: 0 };
    this.#active.add(task);
    try {
      return await this.#current.run(task, async () => {
        await this.point('start', async () => {});
        return await body();
      });
    } finally {
      this.#active.delete(task);
      this.#arm();
    }
  }

  /** Waits for its turn, then makes the call. */
  async point<T>(what: string, call: () => Promise<T>): Promise<T> {
    const task = this.#current.getStore();
    if (task === undefined) return call();
    task.waiting += 1;
    await new Promise<void>((go) => {
      this.#turns.push({ task, what, go });
      this.#arm();
    });
    try {
      return await call();
    } finally {
      task.executing -= 1;
      this.#arm();
    }
  }

  queue(inner: MessageQueue): MessageQueue {
    const { name } = inner;
    return {
      name,
      send: (messages) => this.point(`send to ${name}`, () => inner.send(messages)),
      receive: async (options) => {
        const look = { ...options, waitSeconds: 0 };
        const received = await this.point(`receive from ${name}`, () => inner.receive(look));
        if (received.length > 0 || options.waitSeconds === 0) return received;
        return this.#asleep(() => inner.receive(options));
      },
      delete: (receipts) => this.point(`delete from ${name}`, () => inner.delete(receipts)),
      changeVisibility: (receipts, seconds) =>
        this.point(`change of visibility in ${name}`, () => inner.changeVisibility(receipts, seconds)),
    };
  }

  objects(inner: ObjectStore): ObjectStore {
    return {
      get: (key) => this.point(`get ${key}`, () => inner.get(key)),
      put: (key, bytes) => this.point(`put ${key}`, () => inner.put(key, bytes)),
      putIfAbsent: (key, bytes) => this.point(`putIfAbsent ${key}`, () => inner.putIfAbsent(key, bytes)),
      list: (prefix) => this.point(`list ${prefix}`, () => inner.list(prefix)),
      delete: (keys) => this.point(`delete ${keys.join(' ')}`, () => inner.delete(keys)),
    };
  }

  /** A clock whose sleepers do not hold the others up; whoever owns the inner clock makes it go on. */
  clock(inner: Clock): Clock {
    return {
      nowMs: () => inner.nowMs(),
      monotonicMs: () => inner.monotonicMs(),
      sleepMs: (durationMs, signal) => this.#asleep(() => inner.sleepMs(durationMs, signal)),
    };
  }

  /** True when every task waits for time to pass: the moment to advance a virtual clock. */
  get idle(): boolean {
    if (this.#turns.length > 0) return false;
    return [...this.#active].every(({ waiting, executing, sleeping }) => {
      return sleeping > 0 && waiting === 0 && executing === 0;
    });
  }

  /** Waits for something that only time or another task brings about; those woken together go on one by one. */
  async #asleep<T>(wait: () => Promise<T>): Promise<T> {
    const task = this.#current.getStore();
    if (task === undefined) return wait();
    task.sleeping += 1;
    this.#arm();
    try {
      return await wait();
    } finally {
      task.sleeping -= 1;
      await this.point('wake', async () => {});
    }
  }

  /** Looks for the next turn once all promise callbacks have run: by then whoever can go on has gone on. */
  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    setImmediate(() => {
      this.#armed = false;
      this.#giveTurn();
    });
  }

  #giveTurn(): void {
    for (const { waiting, executing, sleeping } of this.#active) {
      if (executing > 0 || waiting + sleeping === 0) return;
    }
    if (this.#turns.length === 0) return;
    const [turn] = this.#turns.splice(this.#random.integer(this.#turns.length), 1);
    if (turn === undefined) return;
    turn.task.waiting -= 1;
    turn.task.executing += 1;
    this.trace.push(`${turn.task.name}: ${turn.what}`);
    turn.go();
  }
}
