import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { PointResult } from '#study/model/run-point.ts';
import { carryError, type StudyTask, type WorkerMessage } from './study-task.ts';

/** The worker thread of a study: runs the points it receives, one at a time. */
const port = parentPort;
if (port === null) throw new Error('This file is a worker thread of a study.');

// Compiling all modules takes most of a thread's start. Node's cache lets later threads reuse the first one's
// compiled code; a cache that cannot be written only costs that time.
enableCompileCache();
const { runPoint, runPointByPlugin } = await import('#study/model/run-point.ts');
const { FilePolicies } = await import('#shared/scheduling/plugin/file-policies.ts');
flushCompileCache();

const say = (message: WorkerMessage): void => port.postMessage(message);

/** Opened at a point's first use, and closed with this thread. */
const policies = new FilePolicies();

async function resultOf({ settings, policyPlugin }: StudyTask): Promise<PointResult> {
  const onRound = (round: number): void => say({ kind: 'round', round });
  if (policyPlugin === undefined) return runPoint(settings, onRound);
  const plugin = await policies.open(policyPlugin, settings.scheduling.policyTimeoutSeconds);
  return runPointByPlugin(settings, plugin, onRound);
}

port.on('message', async (task: StudyTask) => {
  try {
    say({ kind: 'done', result: await resultOf(task) });
  } catch (error) {
    say({ kind: 'failed', error: carryError(error) });
  }
});
