/** A command of the documents that `test/e2e/docs/commands.test.ts` does not run, and the reason. */
export type CommandNotRun = { readonly command: string } & (
  | { readonly testedBy: string }
  | { readonly reason: string }
);

/**
 * All of them, without comments and on one line. Every other command of a `sh` block is run as it stands. The
 * names of commands, options, scripts and files are checked in these as well.
 */
export const COMMANDS_NOT_RUN: readonly CommandNotRun[] = [
  ...[
    'npm ci',
    'npm ci && npm start',
    'npm ci && npm run test:all',
    'npm test',
    'npm run test:all',
    'npm run lint',
    'npm run typecheck',
  ].map((command) => ({ command, reason: 'is a step of .ci/run, which runs these tests' })),
  {
    command: 'npm install airtune',
    reason: 'needs the published package; package.test.ts installs its tarball',
  },
  {
    command: 'npm install ./airtune-0.1.0.tgz && npx airtune run',
    testedBy: 'test/e2e/package/package.test.ts',
  },
  { command: 'npm run build', testedBy: 'test/e2e/package/package.test.ts' },
  { command: 'npm publish --dry-run ./dist', testedBy: 'test/e2e/package/package.test.ts' },
  {
    command: 'cp node_modules/airtune/examples/plan-round.mts .',
    testedBy: 'test/e2e/package/package.test.ts',
  },
  { command: 'npx node plan-round.mts', testedBy: 'test/e2e/package/package.test.ts' },
  { command: 'npm run docs:build', testedBy: 'test/e2e/docs/site.test.ts' },
  { command: 'npm run local:ministack', testedBy: 'test/e2e/local/try-ministack.test.ts' },
  {
    command: 'npm run local:localstack',
    reason: 'deploys for minutes; the contract tests start the same LocalStack, and MiniStack the same steps',
  },
  ...['npx cdk deploy --all', 'npx cdk destroy --all'].map((command) => ({
    command,
    testedBy: 'test/e2e/cdk/destroy.test.ts',
  })),
  {
    command: 'npx cdk deploy --all -c nodeImage=node@sha256:... -c cudaImage=nvidia/cuda@sha256:...',
    reason: 'needs an AWS account; cdk/deployment-settings.ts is tested with these settings',
  },
  {
    command: 'npx cdk deploy --all -c policy=./strongest.ts -c channel=./rayleigh.ts -c optimizer=./sign.ts',
    reason: 'needs an AWS account; the test deploys the same plug-ins on MiniStack before the next command',
  },
  { command: 'aws iam attach-role-policy --role-name ROLE --policy-arn ARN', reason: 'needs an AWS account' },
  ...[
    'docker buildx imagetools inspect node:24.21.0-bookworm-slim',
    'docker buildx imagetools inspect python:3.13.9-slim-bookworm',
    'docker buildx imagetools inspect nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04',
  ].map((command) => ({ command, reason: "needs Docker Hub's registry" })),
  ...['tensorboard --logdir out/curves', 'mlflow server --host 127.0.0.1 --port 5000'].map((command) => ({
    command,
    reason: 'serves until it is stopped; export-programs.test.ts reads curves and runs with these programs',
  })),
  {
    command: 'npx airtune export out/first --mlflow http://127.0.0.1:5000',
    testedBy: 'test/commands/export-programs.test.ts',
  },
  {
    command: 'python3 -m pip install -r python/requirements-torch.txt',
    reason: 'installs 5 GB; npm run test:python installs the same versions',
  },
  ...['pip install gymnasium', 'PYTHONPATH=node_modules/airtune/python python gymnasium_agent.py'].map(
    (command) => ({ command, testedBy: 'test/e2e/cli/gymnasium.test.ts' }),
  ),
];
