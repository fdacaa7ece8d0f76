import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { asList, policyStatements, synthesise } from '#test/support/synthesise.ts';

const { deployment, template: templateOf } = synthesise({
  deviceConcurrency: '40',
  schedulerTimeoutSeconds: '600',
});
const template = templateOf(deployment.functions);
const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
const policies = [...policyStatements(template)];

function statementsOf(name: 'Scheduler' | 'Device') {
  const found = policies.find(([id]) => id.startsWith(name));
  if (found === undefined) throw new Error(`${name} has no policy.`);
  return found[1];
}

describe('every function', () => {
  it('is a Node 24 bundle for arm64 with traces and source maps', () => {
    expect(functions).toHaveLength(2);
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      Environment: { Variables: Match.objectLike({ NODE_OPTIONS: '--enable-source-maps' }) },
    });
  });

  it('has its own role and log group, with a retention of its logs', () => {
    const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties.Role));
    expect(new Set(roles).size).toBe(2);
    template.resourceCountIs('AWS::IAM::Role', 2);
    template.resourceCountIs('AWS::Logs::LogGroup', 2);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 14 });
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  it('takes batches from its queue, fails messages one by one, and has a limit', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
    template.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: Match.objectLike({ MaximumConcurrency: Match.anyValue() }),
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 40 },
    });
  });

  it('ends before its messages can be seen again, six times over', () => {
    const messaging = templateOf(deployment.messaging);
    const visibility = (part: string): number => {
      const queues = Object.entries(messaging.findResources('AWS::SQS::Queue'));
      const found = queues.find(([id]) => id.startsWith(`${part}Queue`));
      return found?.[1].Properties.VisibilityTimeout;
    };
    for (const [id, { Properties }] of functions) {
      expect(Properties.Timeout).toBe(id.startsWith('Scheduler') ? 600 : 30);
      const part = id.startsWith('Scheduler') ? 'Scheduler' : 'Device';
      expect(visibility(part)).toBeGreaterThanOrEqual(6 * Properties.Timeout);
    }
  });
});

describe('the grants of functions', () => {
  it('is never a whole service, and never to delete anything but received messages', () => {
    for (const [, statements] of policies) {
      for (const action of statements.flatMap(({ Action }) => asList(Action))) {
        expect(action).not.toContain('*');
        expect(action).not.toMatch(/Delete(?!Message)|Put(Bucket|Object.)|PassRole|Purge/);
      }
    }
  });

  it('is a named resource, but for traces', () => {
    for (const [, statements] of policies) {
      for (const { Action, Resource } of statements) {
        if (asList(Action).every((action) => action.startsWith('xray:'))) continue;
        for (const resource of asList(Resource)) expect(resource).not.toBe('*');
      }
    }
  });

  it('permits writing only new objects: no decision of a round can be replaced', () => {
    const encoder = policyStatements(templateOf(deployment.encoder));
    const writes = [...policies, ...encoder].flatMap(([, statements]) =>
      statements.filter(({ Action }) => asList(Action).includes('s3:PutObject')),
    );
    expect(writes).toHaveLength(3);
    for (const { Condition } of writes) expect(Condition).toEqual({ Null: { 's3:if-none-match': 'false' } });
  });

  it('keeps test set, checkpoints and plans out of reach of devices', () => {
    const readable = JSON.stringify(
      statementsOf('Device').filter(({ Action }) => asList(Action).includes('s3:GetObject')),
    );
    expect(readable).toContain('/prepared/*/shards/*');
    for (const hidden of ['test-set', 'encoder-model', 'checkpoints', 'plan.json', 'answers']) {
      expect(readable).not.toContain(hidden);
    }
  });

  it('lets the scheduler see no tensor at all', () => {
    expect(JSON.stringify(statementsOf('Scheduler'))).not.toMatch(/safetensors|heads|shards|payloads/);
  });

  it("lets a device write to the encoder's work queue and its own dead letters only", () => {
    const [send] = statementsOf('Device').filter(({ Action }) => Action === 'sqs:SendMessage');
    expect(asList(send.Resource)).toHaveLength(2);
    expect(JSON.stringify(send.Resource)).not.toMatch(/Scheduler|Control/);
  });
});
