import { join } from 'node:path';
import { Duration, IgnoreMode, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Capability,
  ContainerImage,
  CpuArchitecture,
  Ec2TaskDefinition,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  NetworkMode,
  OperatingSystemFamily,
  type TaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PROJECT_FOLDER } from '#cdk/project-folder.ts';
import { functionEnvironment } from './function-environment.ts';
import { grantFunctionAccess } from './function-grants.ts';
import { functionRole } from './function-role.ts';
import type { RunResources } from './run-resources.ts';
import { trustOwnAccountOnly } from './service-trust.ts';

/** `gpu`: EC2 instances with an accelerator. `cpu`: Fargate. */
export type EncoderVariant = 'gpu' | 'cpu';

/** Resources of a replica: a whole g4dn.xlarge minus the container agent's share, or four virtual CPUs. */
const GPU_MEMORY_MEBIBYTES = 14_000;
const CPU_UNITS = 4096;
const CPU_MEMORY_MEBIBYTES = 16_384;

/** Longest stop timeout that Fargate allows, from SIGTERM to SIGKILL [s]. */
const STOP_SECONDS = 120;

/** User and group ids in the image. */
const USER = '1000:1000';

/** The only writable folder of a replica; it holds the heartbeat file. */
const WORK_FOLDER = '/var/airtune';

export interface EncoderTaskProps {
  readonly variant: EncoderVariant;
  readonly resources: RunResources;
  /** Base images for the build; undefined for those of the Dockerfile. */
  readonly baseImages: { readonly NODE_IMAGE: string | undefined; readonly CUDA_IMAGE: string | undefined };
  /** Folder of the plug-ins of the image, relative to the project's; undefined for none. */
  readonly plugins: string | undefined;
}

/** The encoder's task definition: image, permissions, health check and stop timeout. */
export class EncoderTask extends Construct {
  readonly definition: TaskDefinition;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { variant, resources, baseImages, plugins }: EncoderTaskProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(resources.key === undefined ? {} : { encryptionKey: resources.key }),
    });
    const tasks = tasksOfThisAccount(Stack.of(this));
    const taskRole = functionRole(this, resources.deployment, 'encoder', tasks);
    grantFunctionAccess(taskRole, 'encoder', resources);
    this.definition = this.#definition(variant, taskRole);
    this.definition.addVolume({ name: 'work' });
    const linuxParameters = new LinuxParameters(this, 'Linux');
    linuxParameters.dropCapabilities(Capability.ALL);
    const container = this.definition.addContainer('Encoder', {
      image: encoderImage(variant, baseImages, plugins),
      environment: { ...functionEnvironment(resources), AIRTUNE_HEARTBEAT_FILE: `${WORK_FOLDER}/heartbeat` },
      logging: LogDriver.awsLogs({ streamPrefix: 'encoder', logGroup: this.logGroup }),
      user: USER,
      linuxParameters,
      readonlyRootFilesystem: true,
      privileged: false,
      stopTimeout: Duration.seconds(STOP_SECONDS),
      healthCheck: {
        command: ['CMD', 'node', 'functions/encoder/health.ts'],
        interval: Duration.seconds(30),
        timeout: Duration.seconds(10),
        retries: 3,
        startPeriod: Duration.seconds(120),
      },
      ...(variant === 'gpu'
        ? {
            gpuCount: 1,
            memoryReservationMiB: GPU_MEMORY_MEBIBYTES,
            // Fargate has no such option; its containers can never gain privileges.
            dockerSecurityOptions: ['no-new-privileges'],
          }
        : {}),
    });
    trustOwnAccountOnly(this.definition.obtainExecutionRole());
    container.addMountPoints({ containerPath: WORK_FOLDER, sourceVolume: 'work', readOnly: false });
    Validations.of(this.definition).acknowledge(
      {
        id: 'AwsSolutions-ECS2',
        reason: 'Names of queues and of the bucket, which the stacks decide; nothing of them is a secret.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'ecr:GetAuthorizationToken of the role that fetches the image knows no resources.',
      },
    );
  }

  #definition(variant: EncoderVariant, taskRole: Role): TaskDefinition {
    switch (variant) {
      case 'gpu':
        // With awsvpc mode on EC2, a task gets no public address, and there is no NAT gateway.
        return new Ec2TaskDefinition(this, 'Task', { taskRole, networkMode: NetworkMode.BRIDGE });
      case 'cpu':
        return new FargateTaskDefinition(this, 'Task', {
          taskRole,
          cpu: CPU_UNITS,
          memoryLimitMiB: CPU_MEMORY_MEBIBYTES,
          runtimePlatform: {
            cpuArchitecture: CpuArchitecture.X86_64,
            operatingSystemFamily: OperatingSystemFamily.LINUX,
          },
        });
    }
  }
}

/** The ECS service principal, limited to tasks of the stack's own account and region. */
function tasksOfThisAccount(stack: Stack): ServicePrincipal {
  return new ServicePrincipal('ecs-tasks.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': stack.account },
      ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'ecs', resource: '*' }) },
    },
  });
}

function encoderImage(
  variant: EncoderVariant,
  baseImages: EncoderTaskProps['baseImages'],
  plugins: string | undefined,
): ContainerImage {
  const given = Object.entries({ ...baseImages, PLUGINS: plugins }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return ContainerImage.fromAsset(PROJECT_FOLDER, {
    file: join('functions', 'encoder', 'Dockerfile'),
    target: variant,
    platform: Platform.LINUX_AMD64,
    ...(given.length === 0 ? {} : { buildArgs: Object.fromEntries(given) }),
    // Only the files that the Dockerfile copies, so that other files do not change the image's hash.
    ignoreMode: IgnoreMode.DOCKER,
    exclude: [
      ...['*', '!package.json', '!package-lock.json', '!.npmrc', '!functions', '!shared'],
      ...(plugins === undefined ? [] : [`!${plugins}`]),
    ],
  });
}
