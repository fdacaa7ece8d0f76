import { failureNames } from '#shared/cloud/aws/aws-errors.ts';
import { AirtuneError } from '#shared/errors.ts';

/** Names that SQS, S3 and their emulators use for a queue or bucket that does not exist. */
const MISSING = [
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'NonExistentQueue',
  'NoSuchBucket',
];

/**
 * The error for an endpoint that has lost the queues or the bucket of a run in progress, such as an emulator
 * that was restarted without its data. Any other error is returned unchanged. It is not a ServiceError,
 * because resuming cannot help.
 */
export function lostStateError(error: unknown, endpoint: string): unknown {
  if (!(error instanceof AirtuneError)) return error;
  if (!failureNames(error.cause).some((name) => MISSING.includes(name))) return error;
  return lostState(endpoint, error);
}

/** The error for an endpoint that holds nothing of a run. */
export function lostState(endpoint: string, cause?: unknown): AirtuneError {
  return new AirtuneError('service', 'has lost this run: it was restarted without its data.', {
    subject: endpoint,
    remedy: 'Start a new run. To resume runs after a restart, use an emulator that keeps its data.',
    cause,
  });
}
