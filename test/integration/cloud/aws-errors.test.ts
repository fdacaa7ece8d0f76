import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '#local/free-port.ts';
import { createAwsClients } from '#shared/cloud/aws/aws-clients.ts';
import { serviceError } from '#shared/cloud/aws/aws-errors.ts';
import { ensureBucket } from '#shared/cloud/aws/bucket-resources.ts';
import { ensureQueue } from '#shared/cloud/aws/queue-resources.ts';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import { SqsQueue } from '#shared/cloud/aws/sqs-queue.ts';
import { ConfigError, ServiceError } from '#shared/errors.ts';
import { type ScriptedServer, startScriptedServer } from '#test/support/scripted-server.ts';
import { emulatorClients } from '#test/support/sqs-harness.ts';

let server: ScriptedServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
  server = undefined;
});

async function failureOf(task: Promise<unknown>): Promise<ServiceError> {
  try {
    await task;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('It was expected to fail.');
}

/** The error of one receive from a server that answers with this SQS failure. */
async function sqsFailure(status: number, type: string): Promise<ServiceError> {
  server = await startScriptedServer(() => ({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: type, message: 'as scripted' }),
  }));
  const clients = emulatorClients(server.endpoint);
  const queue = new SqsQueue(clients, `${server.endpoint}/000000000000/work`);
  try {
    return await failureOf(queue.receive({ maxMessages: 1, waitSeconds: 0, visibilitySeconds: 1 }));
  } finally {
    clients.destroy();
  }
}

async function s3Failure(status: number, code: string): Promise<ServiceError> {
  server = await startScriptedServer(() => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as scripted</Message></Error>`,
  }));
  const clients = emulatorClients(server.endpoint);
  try {
    return await failureOf(new S3ObjectStore(clients, 'bucket').get('some/key'));
  } finally {
    clients.destroy();
  }
}

describe('the message of an error of the cloud', () => {
  it('names the address where nothing answers, for queues and buckets', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const clients = emulatorClients(endpoint);
    for (const task of [
      () => ensureQueue(clients, { name: 'work', visibilitySeconds: 30, maxReceiveCount: 3 }),
      () => ensureBucket(clients, 'objects'),
    ]) {
      const error = await failureOf(task());
      expect(error.line).toContain(endpoint);
      expect(error.line).toContain('nothing answers there. Start the service, or correct the endpoint.');
      expect(error.line).not.toContain('\n');
      expect(error.retryable).toBe(true);
    }
    clients.destroy();
  });

  it.each([
    ['ExpiredTokenException', 400, /credentials have expired.*Log in again/, false],
    ['InvalidClientTokenId', 403, /credentials are not accepted.*access key/, false],
    ['AccessDeniedException', 400, /access is denied.*permission/, false],
    ['com.amazonaws.sqs#QueueDoesNotExist', 400, /queue does not exist.*Deploy the stack/, false],
    ['InternalFailure', 500, /service failed/, true],
  ])('of SQS: %s', async (type, status, line, retryable) => {
    const error = await sqsFailure(status, type);
    expect(error.line).toMatch(line);
    expect(error.line).toContain('queue work at http://127.0.0.1');
    expect(error.retryable).toBe(retryable);
  });

  it.each([
    ['NoSuchBucket', 404, /bucket does not exist.*Deploy the stack/, false],
    ['AuthorizationHeaderMalformed', 400, /in another region.*AWS_REGION/, false],
    ['ExpiredToken', 400, /credentials have expired/, false],
    ['AccessDenied', 403, /access is denied/, false],
  ])('of S3: %s', async (code, status, line, retryable) => {
    const error = await s3Failure(status, code);
    expect(error.line).toMatch(line);
    expect(error.line).toContain('object bucket/some/key at http://127.0.0.1');
    expect(error.retryable).toBe(retryable);
  });

  it('says how to give credentials where there are none', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
    const clients = createAwsClients({ region: 'us-east-1', endpoint: 'http://127.0.0.1:9' });
    const error = await failureOf(ensureBucket(clients, 'objects'));
    expect(error.line).toMatch(/^bucket objects at http:\/\/127.0.0.1:9: no AWS credentials.*AWS_PROFILE/);
    expect(error.retryable).toBe(false);
    clients.destroy();
  });

  it('says that a retry may help while the service throttles', () => {
    const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    expect(serviceError('queue work', throttled)).toMatchObject({
      retryable: true,
      message: 'the service is throttling.',
    });
  });

  it('shows an unknown error unchanged, in one line', () => {
    const line = serviceError('queue work', new Error('first line\nsecond line')).line;
    expect(line).toBe(
      'queue work: the request failed (Error: first line second line). See the cause with --verbose.',
    );
  });

  it('refuses an endpoint that is no address before anything is sent', () => {
    expect(() => createAwsClients({ region: 'us-east-1', endpoint: 'localhost:4566' })).toThrow(ConfigError);
  });
});
