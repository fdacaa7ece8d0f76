import { AirtuneError, ModelError, OutputError, ServiceError } from '#shared/errors.ts';
import type { HubId } from './hub-id.ts';
import type { RepositoryKind } from './repository-kind.ts';

/** Converts a failed hub request to a one-line error that names the request and the remedy. */
export function hubError(
  { type, withoutHub }: Pick<RepositoryKind, 'type' | 'withoutHub'>,
  { name, revision }: HubId,
  hubUrl: string,
  error: unknown,
): AirtuneError {
  if (error instanceof AirtuneError) return error;
  const subject = `${name}@${revision}`;
  const status = statusOf(error);
  if (status === 404) {
    const message =
      type === 'model'
        ? `${hubUrl} has no such model or revision, nor is there a folder ${name}.`
        : `${hubUrl} has no such data set or revision.`;
    return new ModelError(message, {
      subject,
      remedy: `Check the name after ${type === 'model' ? '--model' : '--data'}.`,
      cause: error,
    });
  }
  if (status === 401 || status === 403) {
    return new ModelError(`${hubUrl} does not hand it out without permission (HTTP ${status}).`, {
      subject,
      remedy: 'Check the name; for a gated one accept its terms there and set HF_TOKEN.',
      cause: error,
    });
  }
  if (error instanceof Error && 'path' in error) {
    return new OutputError(`cannot be kept: ${error.message}.`, {
      subject,
      remedy: 'Name another folder for the cache in AIRTUNE_CACHE.',
      cause: error,
    });
  }
  const reason =
    status === undefined
      ? `did not answer as it should (${reasonOf(error)})`
      : `answered with HTTP ${status}`;
  return new ServiceError(`${hubUrl} ${reason}.`, { subject, remedy: withoutHub, cause: error });
}

/** The error of `fetch` has no reason; its cause has it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}
