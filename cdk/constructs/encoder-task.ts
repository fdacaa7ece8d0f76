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

/**
 * `gpu`: EC2 instances with an accelerator. `cpu`: Fargate. `torch` and `torch-cpu`: the same with PyTorch in
 * the image, for runs on the torch engine.
 */
export const ENCODER_VARIANTS = ['gpu', 'cpu', 'torch', 'torch-cpu'] as const;

export type EncoderVariant = (typeof ENCODER_VARIANTS)[number];

/** The accelerator of a variant's replicas. */
export function acceleratorOf(variant: EncoderVariant): 'gpu' | 'cpu' {
  return variant === 'gpu' || variant === 'torch' ? 'gpu' : 'cpu';
}

function hasTorch(variant: EncoderVariant): boolean {
  return variant === 'torch' || variant === 'torch-cpu';
}

/** Resources of a replica: a whole g4dn.xlarge minus the container agent's share, or four virtual CPUs. */
const GPU_MEMORY_MEBIBYTES = 14_000;
const CPU_UNITS = 4096;
const CPU_MEMORY_MEBIBYTES = 16_384;

/** Memory that the encoder shares with PyTorch's process, for mini-batches in flight; ECS's default is 64. */
const SHARED_MEMORY_MEBIBYTES = 4096;

/** Longest stop timeout that Fargate allows, from SIGTERM to SIGKILL [s]. */
const STOP_SECONDS = 120;

/** User and group ids in the image. */
const USER = '1000:1000';

/** The only writable folder of a replica; it holds the heartbeat file. */
const WORK_FOLDER = '/var/airtune';

export interface EncoderTaskProps {
  readonly variant: EncoderVariant;
  readonly resources: RunResources;
  /** Base images for the build; undefined for the Dockerfile's own. */
  readonly baseImages: Readonly<Record<'NODE_IMAGE' | 'CUDA_IMAGE' | 'PYTHON_IMAGE', string | undefined>>;
  /** Index of PyTorch's packages beside pip's own, for the variants with PyTorch. */
  readonly torchIndex: string | undefined;
  /** Folder of the plug-ins of the image, relative to the project's; undefined for none. */
  readonly plugins: string | undefined;
}

/** The encoder's task definition: image, permissions, health check and stop timeout. */
export class EncoderTask extends Construct {
  readonly definition: TaskDefinition;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: EncoderTaskProps) {
    super(scope, id);
    const { variant, resources } = props;
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
    const linuxParameters = new LinuxParameters(this, 'Linux', {
      // Fargate has no such option; what does not fit into its default goes through pipes.
      ...(hasTorch(variant) && acceleratorOf(variant) === 'gpu'
        ? { sharedMemorySize: SHARED_MEMORY_MEBIBYTES }
        : {}),
    });
    linuxParameters.dropCapabilities(Capability.ALL);
    const container = this.definition.addContainer('Encoder', {
      image: encoderImage(props),
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
      ...(acceleratorOf(variant) === 'gpu'
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
    switch (acceleratorOf(variant)) {
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

function encoderImage({ variant, baseImages, torchIndex, plugins }: EncoderTaskProps): ContainerImage {
  const given = Object.entries({
    ...baseImages,
    ...(hasTorch(variant) ? { TORCH_INDEX: torchIndex } : {}),
    PLUGINS: plugins,
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return ContainerImage.fromAsset(PROJECT_FOLDER, {
    file: join('functions', 'encoder', 'Dockerfile'),
    target: variant,
    platform: Platform.LINUX_AMD64,
    ...(given.length === 0 ? {} : { buildArgs: Object.fromEntries(given) }),
    // Only the files that the Dockerfile copies, so that other files do not change the image's hash.
    ignoreMode: IgnoreMode.DOCKER,
    exclude: [
      ...['*', '!package.json', '!package-lock.json', '!.npmrc', '!functions', '!shared'],
      ...(hasTorch(variant) ? ['!python'] : []),
      ...(plugins === undefined ? [] : [`!${plugins}`]),
    ],
  });
}
