import { AirtuneError, ServiceError } from '#shared/errors.ts';
import { KNOWN_FAILURES } from './known-failures.ts';

/**
 * Converts an error of the SDK or the network to a ServiceError of one line with the remedy. `subject` names
 * the resource and endpoint, for example `queue work at http://...`. The result is `retryable` when the same
 * request may succeed later. An AirtuneError is returned unchanged.
 */
export function serviceError(subject: string, error: unknown): AirtuneError {
  if (error instanceof AirtuneError) return error;
  const names = failureNames(error);
  const known = KNOWN_FAILURES.find((failure) => failure.names.some((name) => names.includes(name)));
  return new ServiceError(known?.message ?? `the request failed (${plainMessage(error)}).`, {
    subject,
    remedy: known?.remedy ?? 'See the cause with --verbose.',
    cause: error,
    retryable: known?.retryable ?? false,
  });
}

/**
 * The names of a failure, the most specific first: name and codes of the error, those of its causes, its HTTP
 * status.
 */
export function failureNames(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = [error.name, textOf(error, 'Code'), textOf(error, 'code')];
  // An AggregateError holds one error for each address of a host when all connections fail.
  const inner = error instanceof AggregateError ? error.errors.flatMap(failureNames) : [];
  const checksum = /checksum mismatch|invalid md5 checksum/i.test(error.message) ? ['ChecksumMismatch'] : [];
  const status = httpStatus(error);
  return [
    ...own.filter((name) => name !== undefined),
    ...checksum,
    ...inner,
    ...failureNames(error.cause),
    ...(status === undefined ? [] : [String(status)]),
  ];
}

/** True for the error of a request whose signal was aborted. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The HTTP status of a service's response; undefined without a response. */
export function httpStatus(error: unknown): number | undefined {
  const metadata = metadataOf(error);
  return metadata !== undefined && 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined;
}

/** Number of times that the SDK sent the request before it gave up; 1 when unknown. */
export function attemptsMade(error: unknown): number {
  const metadata = metadataOf(error);
  return metadata !== undefined && 'attempts' in metadata && typeof metadata.attempts === 'number'
    ? metadata.attempts
    : 1;
}

function metadataOf(error: unknown): object | undefined {
  return error instanceof Error && '$metadata' in error && typeof error.$metadata === 'object'
    ? (error.$metadata ?? undefined)
    : undefined;
}

function textOf(error: Error, key: 'Code' | 'code'): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(error, key)?.value;
  return typeof value === 'string' ? value : undefined;
}

function plainMessage(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    .replace(/\s+/g, ' ')
    .trim();
}
