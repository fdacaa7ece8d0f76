import { failureNames } from '#shared/cloud/aws/aws-errors.ts';
import { AirtuneError } from '#shared/errors.ts';

/** Names that SQS, S3 and their emulators give to a queue or bucket that does not exist. */
const MISSING = [
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'NonExistentQueue',
  'NoSuchBucket',
];

/**
 * The error of an endpoint that lost queues or bucket of a run in progress, as an emulator does that is restarted without
 * its data; any other error as it is. It is no ServiceError: resuming the run cannot help.
 */
export function lostStateError(error: unknown, endpoint: string): unknown {
  if (!(error instanceof AirtuneError)) return error;
  if (!failureNames(error.cause).some((name) => MISSING.includes(name))) return error;
  return lostState(endpoint, error);
}

/** The error that an endpoint holds nothing of a run. */
export function lostState(endpoint: string, cause?: unknown): AirtuneError {
  return new AirtuneError(
    'service',
    'holds nothing of this run any more: it was restarted without its data.',
    {
      subject: endpoint,
      remedy: 'Start the run anew; an emulator that keeps its data over a restart can go on with a run.',
      cause,
    },
  );
}
