import { AirtuneError, ServiceError } from '#shared/errors.ts';
import { KNOWN_FAILURES } from './known-failures.ts';

/**
 * An error of the SDK or the network as one line that names where and what (`sqs queue work at http://...`), and the
 * remedy; `retryable` when the same request may succeed later. An AirtuneError stays as it is.
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

/** The error's name, its code, its HTTP status and those of its causes, most telling first. */
export function failureNames(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = [error.name, textOf(error, 'Code'), textOf(error, 'code')];
  // Several addresses of one host, all refused, come as an AggregateError.
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

/** True for the rejection of a request whose signal was aborted. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The HTTP status of a service's answer; undefined where there was no answer. */
export function httpStatus(error: unknown): number | undefined {
  const metadata = metadataOf(error);
  return metadata !== undefined && 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined;
}

/** How many times the SDK sent the request before it gave up. */
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
