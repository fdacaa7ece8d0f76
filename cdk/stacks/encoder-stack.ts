import { AspectPriority, Aspects, Stack, type StackProps } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  type BaseService,
  CfnClusterCapacityProviderAssociations,
  Cluster,
  ContainerInsights,
  Ec2Service,
  FargateService,
} from 'aws-cdk-lib/aws-ecs';
import type { Construct, IConstruct } from 'constructs';
import { asCluster } from '#cdk/constructs/as-interface.ts';
import { EncoderNetwork } from '#cdk/constructs/encoder-network.ts';
import { EncoderScaling } from '#cdk/constructs/encoder-scaling.ts';
import { acceleratorOf, EncoderTask } from '#cdk/constructs/encoder-task.ts';
import { GpuCapacity } from '#cdk/constructs/gpu-capacity.ts';
import type { RunResources } from '#cdk/constructs/run-resources.ts';
import type { DeployedEncoder } from '#cdk/constructs/watched-resources.ts';
import { type DeployedPlugin, encoderPlugins } from '#cdk/deployed-plugins.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';

export interface EncoderStackProps extends StackProps {
  readonly settings: DeploymentSettings;
  readonly resources: RunResources;
  readonly plugins: readonly DeployedPlugin[];
}

/** The encoder as an ECS service that scales from zero, on GPUs or CPUs. Only for target aws. */
export class EncoderStack extends Stack {
  readonly encoder: DeployedEncoder;

  constructor(scope: Construct, id: string, props: EncoderStackProps) {
    super(scope, id, props);
    const { settings, resources, plugins } = props;
    const network = new EncoderNetwork(this, 'Network', {
      access: settings.network,
      key: resources.key,
    });
    const cluster = new Cluster(this, 'Cluster', {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    const task = new EncoderTask(this, 'Task', {
      variant: settings.encoder,
      resources,
      baseImages: {
        NODE_IMAGE: settings.nodeImage,
        CUDA_IMAGE: settings.cudaImage,
        PYTHON_IMAGE: settings.pythonImage,
      },
      torchIndex: settings.torchIndex,
      plugins: encoderPlugins(plugins),
    });
    const service = this.#service(settings, network, cluster, task);
    this.encoder = { service, logGroup: task.logGroup };
    new EncoderScaling(this, 'Scaling', {
      cluster,
      service,
      queue: resources.queues.encoder.queue,
      controlQueue: resources.queues['encoder-control'].queue,
      maxReplicas: settings.encoderReplicas,
    });
  }

  #service(
    settings: DeploymentSettings,
    network: EncoderNetwork,
    cluster: Cluster,
    { definition: taskDefinition, logGroup }: EncoderTask,
  ): BaseService {
    const common = {
      cluster: asCluster(cluster),
      taskDefinition,
      // Scaling by the queue sets the count. A replaced replica releases its messages, and the next one
      // claims them.
      desiredCount: 0,
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      circuitBreaker: { enable: true, rollback: true },
    };
    switch (acceleratorOf(settings.encoder)) {
      case 'gpu': {
        const { vpc, securityGroup, subnetType } = network;
        const { provider } = new GpuCapacity(this, 'Gpu', {
          vpc,
          securityGroup,
          subnetType,
          maxInstances: settings.encoderReplicas,
          logGroup,
        });
        cluster.addAsgCapacityProvider(provider);
        const service = new Ec2Service(this, 'Service', {
          ...common,
          capacityProviderStrategies: [{ capacityProvider: provider.capacityProviderName, weight: 1 }],
        });
        dependOnCapacity(service, cluster);
        return service;
      }
      case 'cpu':
        return new FargateService(this, 'Service', {
          ...common,
          assignPublicIp: network.subnetType === SubnetType.PUBLIC,
          vpcSubnets: { subnetType: network.subnetType },
          securityGroups: [network.securityGroup],
        });
    }
  }
}

/**
 * Makes the service depend on the association of capacity and cluster. CDK creates the association during
 * synthesis without such a dependency. Without it, a service created before the association is refused. On
 * destruction, capacity in use cannot leave the cluster, so instances would outlive the stack.
 */
function dependOnCapacity(service: BaseService, cluster: Cluster): void {
  const visit = (node: IConstruct): void => {
    if (node instanceof CfnClusterCapacityProviderAssociations) service.node.addDependency(node);
  };
  Aspects.of(cluster).add({ visit }, { priority: AspectPriority.READONLY });
}
