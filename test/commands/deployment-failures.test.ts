import { describe, expect, it, onTestFinished } from 'vitest';
import { DEPLOYMENT_VERSION, OUTPUTS } from '#shared/config/deployment.ts';
import { airtune, type CommandResult } from '#test/support/airtune.ts';
import { type ScriptedAnswer, startScriptedServer } from '#test/support/scripted-server.ts';

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'eu-west-1',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const NO_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_PROFILE: '',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_CONFIG_FILE: '/nonexistent',
};

/** CloudFormation's description of the messaging stack. */
function stack(
  outputs: Readonly<Record<string, string>>,
  status = 'CREATE_COMPLETE',
  reason = '',
): ScriptedAnswer {
  const members = Object.entries(outputs)
    .map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    )
    .join('');
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body:
      '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">' +
      '<DescribeStacksResult><Stacks><member><StackName>airtune-messaging</StackName>' +
      `<CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus>` +
      `<StackStatusReason>${reason}</StackStatusReason>` +
      `<Outputs>${members}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  };
}

function refusal(status: number, code: string, message: string): ScriptedAnswer {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}

async function statusWhen(
  answer: ScriptedAnswer,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const server = await startScriptedServer(() => answer);
  onTestFinished(() => server.stop());
  return airtune(['status'], {
    env: { ...CREDENTIALS, AWS_ENDPOINT_URL: server.endpoint, ...environment },
  });
}

function expectLine({ exitCode, stderr, stdout }: CommandResult, status: number, line: RegExp): void {
  expect(stderr).toMatch(line);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(exitCode).toBe(status);
}

describe('a deployment that cannot be used is reported in one line with a remedy', () => {
  it('when its stack does not exist, or is in another region', async () => {
    const absent = refusal(400, 'ValidationError', 'Stack with id airtune-messaging does not exist');
    expectLine(await statusWhen(absent), 7, /stack airtune-messaging.*does not exist.*cdk deploy.*--region/);
  });

  it('when it is of another version', async () => {
    expectLine(
      await statusWhen(stack({ [OUTPUTS.version]: '0' })),
      7,
      new RegExp(`is of version 0, this airtune of ${DEPLOYMENT_VERSION}.*Deploy it again`),
    );
  });

  it('when it was not made by this app at all', async () => {
    expectLine(await statusWhen(stack({})), 7, /is of version unknown/);
  });

  it('when an output is missing', async () => {
    const outputs = { [OUTPUTS.version]: DEPLOYMENT_VERSION };
    expectLine(await statusWhen(stack(outputs)), 7, /has no output \w+.*Deploy it again/);
  });

  it('when its deployment has failed', async () => {
    expectLine(
      await statusWhen(stack({}, 'ROLLBACK_COMPLETE')),
      7,
      /not completely deployed \(ROLLBACK_COMPLETE\)/,
    );
  });

  it('when it could not be destroyed, since its bucket was not empty', async () => {
    const left = stack(
      { [OUTPUTS.bucket]: 'airtune-runs-1' },
      'DELETE_FAILED',
      'The following resource(s) failed to delete: [RunsBucket7FD68A9D].',
    );
    expectLine(
      await statusWhen(left),
      7,
      /could not be destroyed \(.*\[RunsBucket7FD68A9D\]\.\).*aws s3 rm s3:\/\/airtune-runs-1 --recursive.*cdk destroy --all/,
    );
  });

  it('when it is being destroyed', async () => {
    expectLine(await statusWhen(stack({}, 'DELETE_IN_PROGRESS')), 7, /is being destroyed.*Deploy it again/);
  });

  it('when there are no credentials', async () => {
    expectLine(await statusWhen(stack({}), NO_CREDENTIALS), 7, /no AWS credentials were found.*AWS_PROFILE/);
  });

  it('when the credentials have expired', async () => {
    const expired = refusal(403, 'ExpiredToken', 'The security token included in the request is expired');
    expectLine(await statusWhen(expired), 7, /credentials have expired.*aws sso login/);
  });

  it('when access is denied', async () => {
    const denied = refusal(403, 'AccessDenied', 'not authorized to perform: cloudformation:DescribeStacks');
    expectLine(await statusWhen(denied), 7, /access is denied/);
  });

  it('when nothing answers', async () => {
    const result = await airtune(['status'], {
      env: { ...CREDENTIALS, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    });
    expectLine(result, 7, /127\.0\.0\.1:9.*nothing answers there/);
  });

  it('when the endpoint is no address', async () => {
    const result = await airtune(['status'], {
      env: { ...CREDENTIALS, AWS_ENDPOINT_URL: 'nonsense' },
    });
    expectLine(result, 2, /AWS_ENDPOINT_URL: is not the address of an endpoint\. Give it as http/);
  });

  it('when no region is named', async () => {
    const result = await airtune(['status'], {
      env: { ...CREDENTIALS, AWS_REGION: '', AWS_DEFAULT_REGION: '' },
    });
    expectLine(result, 2, /--region: no region is named/);
  });

  it('when its name cannot be one', async () => {
    const result = await airtune(['status', '--deployment', 'Not/One'], { env: CREDENTIALS });
    expectLine(result, 2, /--deployment/);
  });
});

describe('commands that make no sense are one line', () => {
  it.each([
    [['worker', '--only', 'cook'], /--only: there is no function "cook"/],
    [['worker', '--devices', 'many'], /--devices: "many" is not a number/],
  ])('%j', async (args, line) => {
    expectLine(await airtune(args, { env: CREDENTIALS }), 2, line);
  });
});
