import { Validations } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceType,
  type IVpc,
  LaunchTemplate,
  type SecurityGroup,
  SubnetType,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import { AmiHardwareType, AsgCapacityProvider, EcsOptimizedImage } from 'aws-cdk-lib/aws-ecs';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface GpuCapacityProps {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;
  readonly subnetType: SubnetType;
  readonly maxInstances: number;
  /** Log group of the containers. Instances may write to no other log group. */
  readonly logGroup: LogGroup;
}

/** Instance with one NVIDIA T4, four virtual CPUs and 16 GiB: the smallest with a useful accelerator. */
export const GPU_INSTANCE = 'g4dn.xlarge';

const DISK_GIBIBYTES = 60;

/** GPU instances, scaled from zero: one for each task of the service. */
export class GpuCapacity extends Construct {
  readonly provider: AsgCapacityProvider;
  readonly group: AutoScalingGroup;

  constructor(
    scope: Construct,
    id: string,
    { vpc, securityGroup, subnetType, maxInstances, logGroup }: GpuCapacityProps,
  ) {
    super(scope, id);
    const userData = UserData.forLinux();
    userData.addCommands('echo ECS_DISABLE_PRIVILEGED=true >> /etc/ecs/ecs.config');
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    // CDK lets instances write to every log group of the account; this denies all others.
    role.addToPolicy(
      new PolicyStatement({
        sid: 'NoOtherLog',
        effect: Effect.DENY,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        notResources: [logGroup.logGroupArn],
      }),
    );
    const launchTemplate = new LaunchTemplate(this, 'Template', {
      instanceType: new InstanceType(GPU_INSTANCE),
      machineImage: EcsOptimizedImage.amazonLinux2023(AmiHardwareType.GPU),
      role,
      securityGroup,
      userData,
      detailedMonitoring: true,
      associatePublicIpAddress: subnetType === SubnetType.PUBLIC,
      requireImdsv2: true,
      // With a hop limit of 1, containers on the bridge network cannot reach the instance's credentials.
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(DISK_GIBIBYTES, {
            encrypted: true,
            volumeType: EbsDeviceVolumeType.GP3,
            deleteOnTermination: true,
          }),
        },
      ],
    });
    this.group = new AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: { subnetType },
      launchTemplate,
      minCapacity: 0,
      maxCapacity: maxInstances,
    });
    this.provider = new AsgCapacityProvider(this, 'Provider', {
      autoScalingGroup: this.group,
      // Draining stops tasks in order before their instance ends. Termination protection would keep
      // instances, and their cost, after the stack is destroyed.
      enableManagedTerminationProtection: false,
      enableManagedDraining: true,
    });
    const agent = 'The container agent registers its instance under a name that is not known before it runs.';
    Validations.of(role).acknowledge(
      { id: 'AwsSolutions-IAM5[Action::ecs:Submit*]', reason: agent },
      { id: 'AwsSolutions-IAM5[Resource::*]', reason: agent },
    );
    Validations.of(this.group).acknowledge({
      id: 'AwsSolutions-AS3',
      reason: 'Instances come and go with the queue many times a day; alarms watch the queue instead.',
    });
  }
}
