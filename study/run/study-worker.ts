import { parentPort } from 'node:worker_threads';
import { runPoint } from '../model/run-point.ts';
import { carryError, type StudyTask, type WorkerMessage } from './study-task.ts';

/** A thread that runs points, one at a time, as it is told. */
const port = parentPort;
if (port === null) throw new Error('This file is a worker thread of a study.');

const say = (message: WorkerMessage): void => port.postMessage(message);

port.on('message', (task: StudyTask) => {
  try {
    say({ kind: 'done', result: runPoint(task.settings, (round) => say({ kind: 'round', round })) });
  } catch (error) {
    say({ kind: 'failed', error: carryError(error) });
  }
});
