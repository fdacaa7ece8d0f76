import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PROJECT_FOLDER } from '#cdk/project-folder.ts';
import { FUNCTIONS, type LambdaFunction } from '#shared/protocol/functions.ts';
import { functionEnvironment } from './function-environment.ts';
import { grantFunctionAccess } from './function-grants.ts';
import { functionRole } from './function-role.ts';
import type { RunResources } from './run-resources.ts';

/**
 * Modules of the SDK's further credential sources: profiles, SSO, containers, instances. The SDK loads them
 * only if the environment has no credentials. Lambda sets credentials in the environment, so the bundle omits
 * these modules; they would be a sixth of the code that is read at a cold start.
 */
export const CREDENTIALS_OF_OTHER_HOSTS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
] as const;

export interface QueueFunctionProps {
  readonly name: LambdaFunction;
  readonly resources: RunResources;
  /** Maximum concurrent invocations. */
  readonly maxConcurrency: number;
  /** Timeout of an invocation [s], if it differs from the table of functions. */
  readonly timeoutSeconds?: number | undefined;
  /** Path of its entry point; by default `functions/<name>/index.ts`. */
  readonly entry?: string | undefined;
}

/**
 * A Lambda function with its queue: a bundle that includes the SDK, its own role, logs with a retention,
 * traces.
 */
export class QueueFunction extends Construct {
  readonly function: NodejsFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: QueueFunctionProps) {
    super(scope, id);
    const { name, resources, maxConcurrency } = props;
    const size = FUNCTIONS[name].lambda;
    const { key } = resources;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key === undefined ? {} : { encryptionKey: key }),
    });
    const lambda = new ServicePrincipal('lambda.amazonaws.com');
    const role = functionRole(this, resources.deployment, name, lambda);
    role.addToPolicy(
      new PolicyStatement({
        sid: 'Log',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    grantFunctionAccess(role, name, resources);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'xray:PutTraceSegments and PutTelemetryRecords, which active tracing needs, know no resources.',
    });
    this.function = new NodejsFunction(this, 'Function', {
      entry: props.entry ?? join(PROJECT_FOLDER, 'functions', name, 'index.ts'),
      handler: 'handler',
      projectRoot: PROJECT_FOLDER,
      depsLockFilePath: join(PROJECT_FOLDER, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: size.memoryMegabytes,
      timeout: Duration.seconds(props.timeoutSeconds ?? size.timeoutSeconds),
      role,
      logGroup: this.logGroup,
      tracing: Tracing.ACTIVE,
      ...(key === undefined ? {} : { environmentEncryption: key }),
      environment: { ...functionEnvironment(resources), NODE_OPTIONS: '--enable-source-maps' },
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.CJS,
        target: 'node24',
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        // The bundle includes the SDK: the tested version is deployed, and it loads faster than the runtime's
        // own.
        externalModules: [...CREDENTIALS_OF_OTHER_HOSTS],
        mainFields: ['module', 'main'],
        // A plug-in may use the packages of airtune where its own folder has none.
        environment: { NODE_PATH: join(PROJECT_FOLDER, 'node_modules') },
        esbuildArgs: { '--alias:airtune': join(PROJECT_FOLDER, 'library') },
      },
    });
    this.function.addEventSource(
      new SqsEventSource(resources.queues[name].queue, {
        batchSize: size.batchSize,
        maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
  }
}
