import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { PluginError } from '#shared/errors.ts';
import type { OpenPlugin, PluginDescription, PluginOpening } from './open-plugin.ts';
import { faultError, type PluginFault, timeoutFault } from './plugin-fault.ts';
import { oneAfterTheOther } from './plugin-queue.ts';

/** Resolved by package.json, which knows whether this is a checkout or the built package. */
const WORKER = createRequire(import.meta.url).resolve('#shared/plugins/module-thread-worker.ts');

/** Data that a plug-in's thread starts with. */
export interface ThreadOpening extends Pick<PluginOpening, 'kind' | 'settings'> {
  readonly file: string;
}

/** Answer of a plug-in's thread: to its start, or to a call. */
export type ThreadAnswer =
  | { readonly kind: 'ready'; readonly description: PluginDescription }
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly fault: PluginFault };

/**
 * Opens a plug-in's module in a thread of its own, where an endless loop cannot stop the host.
 *
 * @throws PluginError if the module cannot be imported or is no plug-in of this kind
 * @throws ConfigError if its settings cannot be used
 */
export async function openModuleThread(file: string, opening: PluginOpening): Promise<OpenPlugin> {
  const { kind, settings, subject } = opening;
  const workerData: ThreadOpening = { file, kind, settings };
  const worker = new Worker(WORKER, {
    workerData,
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) createInterface(stream).on('line', opening.log);
  const inTurn = oneAfterTheOther();
  let ended: PluginFault | undefined;
  worker.on('exit', () => {
    ended ??= { cause: 'plugin', message: 'ended its thread.', remedy: 'Remove its call of process.exit.' };
  });

  /** Waits for the thread's next answer. A thread that exceeds its limit is ended. */
  const answer = async (action: string, place: string, seconds: number): Promise<ThreadAnswer> => {
    if (ended !== undefined) throw faultError(ended, place);
    // A thread keeps the process alive only while it is waited for.
    worker.ref();
    const answered = await new Promise<ThreadAnswer>((resolve) => {
      const settle = (message: ThreadAnswer): void => {
        clearTimeout(timer);
        worker.off('message', settle).off('error', onError).off('exit', onExit);
        resolve(message);
      };
      const fail = (reason: PluginFault): void => {
        ended = reason;
        settle({ kind: 'fault', fault: reason });
      };
      const onError = (error: Error): void =>
        fail({ cause: 'plugin', message: `failed: ${error.message.split('\n')[0]}.` });
      const onExit = (): void =>
        fail({ cause: 'plugin', message: 'ended its thread.', remedy: 'Remove its call of process.exit.' });
      const timer = setTimeout(() => {
        fail(timeoutFault(action, seconds, kind.timeoutPath));
        void worker.terminate();
      }, seconds * 1000);
      worker.on('message', settle).on('error', onError).on('exit', onExit);
    });
    worker.unref();
    if (answered.kind === 'fault') throw faultError(answered.fault, place);
    return answered;
  };

  const first = await answer('was not loaded', subject, opening.loadTimeoutSeconds).catch(
    async (error: PluginError) => {
      await worker.terminate();
      throw error;
    },
  );
  if (first.kind !== 'ready') throw new TypeError('a thread that was started is not ready');
  return {
    description: first.description,
    call: (args, place) =>
      inTurn(async () => {
        worker.postMessage(args);
        const returned = await answer(
          `${kind.method}() did not return`,
          `${subject}, ${place}`,
          opening.timeoutSeconds,
        );
        return returned.kind === 'returned' ? returned.value : undefined;
      }),
    async close() {
      await worker.terminate();
    },
  };
}
