import { readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { AssetManifestArtifact } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { OUTPUTS } from '#shared/config/deployment.ts';
import { QUEUE_NAMES, type QueueName } from '#shared/protocol/functions.ts';
import { asList, synthesise } from '#test/support/synthesise.ts';
import { thrownLine } from '#test/support/thrown.ts';

const OPERATOR = 'arn:aws:iam::111122223333:role/operator';
const usual = synthesise();
const hardened = synthesise({
  operators: `${OPERATOR}, arn:aws:iam::111122223333:user/ops-*`,
  keys: 'customer',
  network: 'private',
  bucket: 'retain',
  budgetDollars: '200',
  budgetEmail: 'me@example.org',
  nodeImage: `node@sha256:${'a'.repeat(64)}`,
});
const stacksOf = ({ deployment, template }: typeof usual): readonly Template[] =>
  [deployment.messaging, deployment.functions, deployment.encoder, deployment.observability].map(template);

/** The principals that a queue's policy lets send, as text. */
function sendersOf(template: Template, part: string): string {
  const policies = Object.values(template.findResources('AWS::SQS::QueuePolicy'));
  const statements = policies
    .filter(({ Properties }) => Properties.Queues[0].Ref.startsWith(part))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const [only] = statements.filter(({ Sid }) => Sid === 'OnlyItsSenders');
  expect(only).toMatchObject({ Effect: 'Deny', Action: 'sqs:SendMessage', Principal: { AWS: '*' } });
  return JSON.stringify(only.Condition.ArnNotLike['aws:PrincipalArn']);
}

/** Build arguments of the deployment's container images, as its asset manifests say them. */
function buildArguments({ assembly }: typeof usual): readonly unknown[] {
  return assembly.artifacts.filter(AssetManifestArtifact.isAssetManifestArtifact).flatMap(({ file }) => {
    const { dockerImages } = manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return Object.values(dockerImages).map(({ source }) => source.dockerBuildArgs);
  });
}

const manifestSchema = z.object({
  dockerImages: z.record(
    z.string(),
    z.object({ source: z.object({ dockerBuildArgs: z.record(z.string(), z.string()).optional() }) }),
  ),
});

const PARTS: Readonly<Record<QueueName, string>> = {
  scheduler: 'Scheduler',
  device: 'Device',
  encoder: 'Encoder',
  'encoder-control': 'EncoderControl',
};

describe('the policy of a queue', () => {
  const template = usual.template(usual.deployment.messaging);

  it('permits sending only to operators and to functions with messages for the queue', () => {
    const functionsOf = (part: string): readonly string[] =>
      ['scheduler', 'device', 'encoder'].filter((name) =>
        sendersOf(template, part).includes(`airtune-${name}-`),
      );
    expect(Object.fromEntries(QUEUE_NAMES.map((name) => [name, functionsOf(`${PARTS[name]}Queue`)]))).toEqual(
      {
        scheduler: ['scheduler', 'encoder'],
        device: ['scheduler', 'encoder'],
        encoder: ['device'],
        'encoder-control': ['scheduler'],
      },
    );
    for (const name of QUEUE_NAMES) {
      expect(functionsOf(`${PARTS[name]}DeadLetters`)).toEqual([
        name === 'encoder-control' ? 'encoder' : name,
      ]);
      expect(sendersOf(template, `${PARTS[name]}Queue`)).toContain(':user/*');
      expect(sendersOf(template, `${PARTS[name]}DeadLetters`)).not.toContain(':user/*');
    }
  });

  it('names the roles that the functions have', () => {
    const names = stacksOf(usual).flatMap((each) =>
      Object.values(each.findResources('AWS::IAM::Role')).flatMap(
        ({ Properties }) => Properties.RoleName ?? [],
      ),
    );
    expect(names).toEqual(
      ['scheduler', 'device', 'encoder'].map((name) => ({
        'Fn::Join': ['', [`airtune-${name}-`, { Ref: 'AWS::Region' }]],
      })),
    );
  });

  it('knows the operators that it is given, and then no others', () => {
    const senders = sendersOf(hardened.template(hardened.deployment.messaging), 'SchedulerQueue');
    expect(senders).toContain(OPERATOR);
    expect(senders).toContain(':user/ops-*');
    expect(senders).not.toContain(':user/*');
  });

  it('is left out on an emulator', () => {
    const local = synthesise({ target: 'local' });
    local.template(local.deployment.messaging).resourceCountIs('AWS::SQS::QueuePolicy', 0);
  });
});

describe("the operator's policy", () => {
  it('is an output, and permits the requests of the command line on this deployment only', () => {
    const template = usual.template(usual.deployment.messaging);
    template.hasOutput(OUTPUTS.operatorPolicy, {});
    const [{ Properties }] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
    const statements: readonly { Action: string | string[]; Resource: unknown }[] =
      Properties.PolicyDocument.Statement;
    expect(statements.flatMap(({ Action }) => asList(Action)).sort()).toEqual([
      'cloudformation:DescribeStacks',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ]);
    for (const { Resource } of statements) expect(Resource).not.toBe('*');
    expect(Properties.Roles ?? Properties.Users ?? Properties.Groups).toBeUndefined();
  });
});

describe('by choice', () => {
  it('queues, bucket, logs and variables are encrypted with a key of the account, and roles may use it', () => {
    const [messaging, functions, encoder] = stacksOf(hardened);
    messaging.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    messaging.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
    messaging.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: 'aws:kms' }) },
        ],
      },
    });
    functions.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: Match.anyValue() });
    for (const template of [functions, encoder]) {
      template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue() });
    }
    const useKey = Match.objectLike({ Sid: 'UseKey', Action: ['kms:Decrypt', 'kms:GenerateDataKey'] });
    functions.allResourcesProperties('AWS::IAM::Policy', {
      PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([useKey]) }),
    });
    for (const template of stacksOf(usual)) expect(JSON.stringify(template.toJSON())).not.toContain('kms:');
  });

  it('the encoder has no public address, and endpoints take the place of the internet', () => {
    const encoder = hardened.template(hardened.deployment.encoder);
    encoder.resourceCountIs('AWS::EC2::InternetGateway', 0);
    encoder.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    expect(JSON.stringify(encoder.findResources('AWS::EC2::LaunchTemplate'))).toContain(
      '"AssociatePublicIpAddress":false',
    );
    const services = Object.values(encoder.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) =>
      JSON.stringify(Properties.ServiceName),
    );
    for (const name of [
      'sqs',
      's3',
      'logs',
      'ecr.api',
      'ecr.dkr',
      'kms',
      'ecs',
      'ecs-agent',
      'ecs-telemetry',
    ]) {
      expect(services.filter((service) => service.includes(`.${name}"`))).toHaveLength(1);
    }
    // The endpoints take HTTPS from the encoder, and nothing else comes in anywhere.
    encoder.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  it('the bucket stays when its stack goes, with its key and old versions of its objects', () => {
    const messaging = hardened.template(hardened.deployment.messaging);
    messaging.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: { VersioningConfiguration: { Status: 'Enabled' } },
    });
    messaging.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Retain' });
    messaging.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  });

  it('a budget reports costs by mail, and needs both numbers', () => {
    hardened.template(hardened.deployment.observability).hasResourceProperties('AWS::Budgets::Budget', {
      Budget: { BudgetLimit: { Amount: 200, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
    });
    usual.template(usual.deployment.observability).resourceCountIs('AWS::Budgets::Budget', 0);
    expect(thrownLine(() => synthesise({ budgetDollars: '200' }))).toContain(
      '-c budgetDollars: is given without',
    );
    expect(thrownLine(() => synthesise({ budgetEmail: 'me@example.org' }))).toContain(
      '-c budgetEmail: is given without',
    );
  });

  it('base images of the encoder are arguments of its build, and by default those of the Dockerfile', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(buildArguments(hardened)).toEqual([{ NODE_IMAGE: `node@${digest}` }]);
    expect(buildArguments(usual)).toEqual([undefined]);
    const both = synthesise({ nodeImage: 'mirror:5000/node:24', cudaImage: `nvidia/cuda:13.0.1@${digest}` });
    expect(buildArguments(both)).toEqual([
      { NODE_IMAGE: 'mirror:5000/node:24', CUDA_IMAGE: `nvidia/cuda:13.0.1@${digest}` },
    ]);
    for (const wrong of ['node@sha256:abc', 'node latest', '']) {
      expect(thrownLine(() => synthesise({ nodeImage: wrong }))).toContain('-c nodeImage');
    }
  });

  it('an operator is an ARN of IAM', () => {
    expect(thrownLine(() => synthesise({ operators: 'me' }))).toContain('-c operators');
  });
});
