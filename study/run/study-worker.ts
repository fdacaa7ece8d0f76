import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { carryError, type StudyTask, type WorkerMessage } from './study-task.ts';

/** The worker thread of a study: runs the points it receives, one at a time. */
const port = parentPort;
if (port === null) throw new Error('This file is a worker thread of a study.');

// Compiling all modules takes most of a thread's start. Node's cache lets later threads reuse the first one's
// compiled code; a cache that cannot be written only costs that time.
enableCompileCache();
const { runPoint } = await import('#study/model/run-point.ts');
flushCompileCache();

const say = (message: WorkerMessage): void => port.postMessage(message);

port.on('message', (task: StudyTask) => {
  try {
    say({ kind: 'done', result: runPoint(task.settings, (round) => say({ kind: 'round', round })) });
  } catch (error) {
    say({ kind: 'failed', error: carryError(error) });
  }
});
