import { AirtuneError, ServiceError } from '../../errors.ts';

/** A failure a person can do something about, by the names the SDK, SQS, S3 and Node give it. */
interface KnownFailure {
  readonly names: readonly string[];
  readonly message: string;
  readonly remedy: string;
  readonly retryable?: true;
}

const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    names: ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'],
    message: 'nothing answers there.',
    remedy: 'Start the service, or correct the endpoint.',
    retryable: true,
  },
  {
    names: ['ENOTFOUND', 'EAI_AGAIN'],
    message: 'the host name cannot be resolved.',
    remedy: 'Check the endpoint, the region and the network.',
    retryable: true,
  },
  {
    names: ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'TimeoutError', 'RequestTimeout'],
    message: 'the connection was lost or the answer took too long.',
    remedy: 'Check that the service runs and try again.',
    retryable: true,
  },
  {
    names: ['CredentialsProviderError', 'TokenProviderError'],
    message: 'no AWS credentials were found.',
    remedy:
      'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (a local emulator takes any value).',
  },
  {
    names: ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired'],
    message: 'the AWS credentials have expired.',
    remedy: 'Log in again (aws sso login) or renew the token.',
  },
  {
    names: [
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
      'InvalidSecurity',
      'InvalidToken',
    ],
    message: 'the AWS credentials are not accepted.',
    remedy: 'Check the access key, the secret key and the profile.',
  },
  {
    names: ['RequestTimeTooSkewed'],
    message: "this machine's clock is too far off.",
    remedy: 'Set the clock.',
  },
  {
    names: ['AccessDenied', 'AccessDeniedException', 'KMS.AccessDeniedException', 'AllAccessDisabled'],
    message: 'access is denied.',
    remedy: 'Give the role or user the permission named in the cause (--verbose shows it).',
  },
  {
    names: ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'NonExistentQueue'],
    message: 'the queue does not exist.',
    remedy: 'Deploy the stack, or check the region and the name.',
  },
  {
    names: ['NoSuchBucket'],
    message: 'the bucket does not exist.',
    remedy: 'Deploy the stack, or check the region and the name.',
  },
  {
    names: ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException', '301'],
    message: 'the bucket is in another region.',
    remedy: "Set AWS_REGION to the bucket's region.",
  },
  {
    names: ['BucketAlreadyExists'],
    message: 'the bucket name is taken by another account.',
    remedy: 'Choose another name.',
  },
  {
    names: [
      'ThrottlingException',
      'Throttling',
      'RequestThrottled',
      'RequestThrottledException',
      'TooManyRequestsException',
      'RequestLimitExceeded',
      'KmsThrottled',
      'KMS.ThrottlingException',
      'OverLimit',
      'SlowDown',
      '503',
      '429',
    ],
    message: 'the service is throttling.',
    remedy: 'Send less at once or ask for a higher limit; a retry may succeed.',
    retryable: true,
  },
  {
    names: ['BadDigest', 'XAmzContentSHA256Mismatch', 'InvalidChecksum', 'ChecksumMismatch', 'InvalidDigest'],
    message: 'the data arrived damaged (its checksum does not match).',
    remedy: 'Try again; if it stays, check the network and what lies between.',
    retryable: true,
  },
  {
    names: [
      'InternalError',
      'InternalFailure',
      'InternalServerError',
      'ServiceUnavailable',
      '500',
      '502',
      '504',
    ],
    message: 'the service failed.',
    remedy: 'Try again.',
    retryable: true,
  },
];

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
