import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { PointResult, PointWatch } from '#study/model/run-point.ts';
import { pointRunName } from '#study/output/round-trace-folder.ts';
import { type StudyTask, serialiseError, type TracedTask, type WorkerMessage } from './study-task.ts';

/** The worker thread of a study: runs the points it receives, one at a time. */
const port = parentPort;
if (port === null) throw new Error('This file is a worker thread of a study.');

// Compiling all modules takes most of a thread's start. Node's cache lets later threads reuse the first one's
// compiled code; a cache that cannot be written only costs that time.
enableCompileCache();
const { runPoint, runPointByPlugins } = await import('#study/model/run-point.ts');
const { FilePlugins } = await import('#shared/plugins/file-plugins.ts');
const { openPointPlugins } = await import('#study/plugins/study-plugins.ts');
flushCompileCache();

const send = (message: WorkerMessage): void => port.postMessage(message);

/** The plug-ins of this thread. Each is opened at its first use; they end with the thread. */
const files = new FilePlugins();

async function resultOf({ settings, plugins }: StudyTask, watch: PointWatch): Promise<PointResult> {
  const opened = await openPointPlugins(plugins, settings, files);
  return opened === undefined ? runPoint(settings, watch) : runPointByPlugins(settings, opened, watch);
}

port.on('message', async ({ task, traceRounds }: TracedTask) => {
  try {
    const traces: RoundTrace[] = [];
    const tracing = {
      run: pointRunName(task.point, task.repeat),
      rounds: traceRounds,
      onTrace: (trace: RoundTrace) => traces.push(trace),
    };
    const onRound = (round: number): void => send({ kind: 'round', round });
    const result = await resultOf(task, { onRound, tracing });
    send({ kind: 'done', outcome: { result, traces } });
  } catch (error) {
    send({ kind: 'failed', error: serialiseError(error) });
  }
});
