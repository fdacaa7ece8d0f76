/** A failure a person can do something about, by the names the SDK, SQS, S3 and Node give it. */
export interface KnownFailure {
  readonly names: readonly string[];
  readonly message: string;
  readonly remedy: string;
  readonly retryable?: true;
}

export const KNOWN_FAILURES: readonly KnownFailure[] = [
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
    names: ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'],
    message: 'the endpoint does not speak TLS.',
    remedy: 'Write its address with http:// in place of https://.',
  },
  {
    names: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'CERT_HAS_EXPIRED',
    ],
    message: "the endpoint's certificate is not trusted.",
    remedy: 'Check the address, or name the certificate authority in NODE_EXTRA_CA_CERTS.',
  },
  {
    names: ['NotImplemented', '501'],
    message: 'the endpoint lacks a part of the SQS or S3 protocol that a run needs.',
    remedy: 'Use a newer version of it, or another endpoint.',
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
