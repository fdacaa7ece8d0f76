import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { FUNCTION_ACCESS } from '#cdk/function-access.ts';
import { OUTPUTS } from '#shared/config/deployment.ts';
import { FUNCTIONS, QUEUE_NAMES } from '#shared/protocol/functions.ts';
import { PREPARED_REUSE_DAYS, preparedKeys, runKeys } from '#shared/protocol/keys.ts';
import { synthesise } from '#test/support/synthesise.ts';

const { deployment, template: templateOf } = synthesise();
const template = templateOf(deployment.messaging);
const local = synthesise({ target: 'local' });
const queues = Object.values(template.findResources('AWS::SQS::Queue')).map(({ Properties }) => Properties);
const deadLetters = queues.filter(({ RedrivePolicy }) => RedrivePolicy === undefined);
const work = queues.filter(({ RedrivePolicy }) => RedrivePolicy !== undefined);

describe('the queues', () => {
  it('are one for each function and one to control the encoder, each with its own dead-letter queue', () => {
    expect(work).toHaveLength(QUEUE_NAMES.length);
    expect(deadLetters).toHaveLength(QUEUE_NAMES.length);
    const targets = work.map(({ RedrivePolicy }) => JSON.stringify(RedrivePolicy.deadLetterTargetArn));
    expect(new Set(targets).size).toBe(QUEUE_NAMES.length);
  });

  it('take the dead letters of their own queue only, and are no queue for the dead letters of others', () => {
    const ref = (name: string) => ({ Ref: `AWS::${name}` });
    for (const { QueueName, RedrivePolicy, RedriveAllowPolicy } of work) {
      expect(RedriveAllowPolicy).toEqual({ redrivePermission: 'denyAll' });
      const [name, creation] = QueueName['Fn::Join'][1];
      const arn = [
        'arn:',
        ref('Partition'),
        ':sqs:',
        ref('Region'),
        ':',
        ref('AccountId'),
        `:${name}`,
        creation,
      ];
      const [target] = RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'];
      expect(template.findResources('AWS::SQS::Queue')[target].Properties.RedriveAllowPolicy).toEqual({
        redrivePermission: 'byQueue',
        sourceQueueArns: [{ 'Fn::Join': ['', arn] }],
      });
    }
  });

  it('have names that are new whenever their stack is, since SQS refuses for a minute those of deleted queues', () => {
    const names = work.map(({ QueueName }) => JSON.stringify(QueueName));
    expect(new Set(names).size).toBe(QUEUE_NAMES.length);
    for (const name of names) expect(name).toContain('"Ref":"AWS::StackId"');
  });

  it('are encrypted and take messages of exactly 1 MiB', () => {
    for (const queue of queues) {
      expect(queue).toMatchObject({ SqsManagedSseEnabled: true, MaximumMessageSize: 1_048_576 });
    }
  });

  it('answer over TLS only', () => {
    template.resourceCountIs('AWS::SQS::QueuePolicy', 2 * QUEUE_NAMES.length);
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  it('give up on a message later than the functions do, so that a dead letter can say why', () => {
    const mostPatient = Math.max(...Object.values(FUNCTIONS).map(({ maxReceives }) => maxReceives));
    for (const { RedrivePolicy } of work) expect(RedrivePolicy.maxReceiveCount).toBeGreaterThan(mostPatient);
  });

  it('keep dead letters for as long as there is', () => {
    for (const queue of deadLetters) expect(queue.MessageRetentionPeriod).toBe(14 * 86_400);
  });
});

describe('the bucket', () => {
  const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));

  it('is encrypted, never public, and without object ACLs', () => {
    expect(bucket.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  it('answers over TLS 1.2 or newer only', () => {
    const deny = (Condition: unknown) => Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          deny({ Bool: { 'aws:SecureTransport': 'false' } }),
          deny({ NumericLessThan: { 's3:TlsVersion': 1.2 } }),
        ]),
      },
    });
  });

  const expiryDays = (key: string): readonly number[] =>
    bucket.Properties.LifecycleConfiguration.Rules.filter(
      ({ Prefix, ExpirationInDays }: { Prefix?: string; ExpirationInDays?: number }) =>
        ExpirationInDays !== undefined && Prefix !== undefined && key.startsWith(Prefix),
    ).map(({ ExpirationInDays }: { ExpirationInDays: number }) => ExpirationInDays);

  it('deletes objects of a round within days, and objects of a run after the chosen time', () => {
    expect(expiryDays(runKeys.payload('some-run', 0, 0, 'embeddings'))).toEqual([3]);
    expect(expiryDays(runKeys.answer('some-run', 0, 0))).toEqual([3]);
    expect(expiryDays(runKeys.checkpoint('some-run', 1))).toEqual([90]);
  });

  it('keeps shared models and data for as long as the last run that may share them keeps its records', () => {
    const kept = expiryDays(runKeys.run('some-run'))[0] + PREPARED_REUSE_DAYS;
    for (const key of [preparedKeys.deviceModel, preparedKeys.encoderModel, preparedKeys.testSet]) {
      expect(expiryDays(key('abc'))).toEqual([kept]);
    }
    expect(expiryDays(preparedKeys.shard('abc', 1))).toEqual([kept]);
    expect(expiryDays(preparedKeys.storedOn('abc', 0))).toEqual([kept]);
  });

  it('keeps nothing for good', () => {
    const keys = [...Object.values(FUNCTION_ACCESS)].flatMap(({ reads, writes }) => [...reads, ...writes]);
    for (const key of keys) expect(expiryDays(key)).toHaveLength(1);
  });

  it('goes with its stack on AWS, and needs no custom resource on an emulator', () => {
    expect(bucket.DeletionPolicy).toBe('Delete');
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    // A function without a log group of the stack creates its own, which is never deleted.
    template.allResourcesProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
    template.allResources('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: Match.objectLike({ RetentionInDays: 7 }),
    });
    // It does not need access to all logs to write its own.
    template.allResourcesProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: [
        {
          PolicyName: 'Log',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('EmptyingLogs'), 'Arn'] },
              },
            ],
          },
        },
      ],
    });
    local.template(local.deployment.messaging).resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  });
});

describe('the outputs', () => {
  it('have the names that the command line looks for', () => {
    const names = [
      OUTPUTS.version,
      OUTPUTS.bucket,
      ...Object.values(OUTPUTS.queueUrls),
      ...Object.values(OUTPUTS.deadLetterUrls),
    ];
    for (const name of names) template.hasOutput(name, {});
  });
});
