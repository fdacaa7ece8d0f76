import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesise } from '#test/support/synthesise.ts';

const onGpu = synthesise({ encoderReplicas: '3' });
const onCpu = synthesise({ encoder: 'cpu' });
const gpu = onGpu.template(onGpu.deployment.encoder);
const cpu = onCpu.template(onCpu.deployment.encoder);
const both = [
  ['on GPUs', gpu],
  ['on CPUs', cpu],
] as const;

describe.each(both)('the encoder service %s', (_, template) => {
  it('starts from zero and is scaled by its queue', () => {
    template.hasResourceProperties('AWS::ECS::Service', { DesiredCount: 0 });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 0 });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 3);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateAgeOfOldestMessage',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  it('stops after ten minutes without waiting, handled or delayed messages, even before rounds are closed', () => {
    const [idle] = Object.values(
      template.findResources('AWS::CloudWatch::Alarm', {
        Properties: { ComparisonOperator: 'LessThanOrEqualToThreshold' },
      }),
    );
    expect(idle.Properties).toMatchObject({ Threshold: 0, EvaluationPeriods: 10 });
    expect(idle.Properties.Metrics.map(({ Expression }: { Expression?: string }) => Expression)).toContain(
      'waiting + inFlight + delayed + controlInFlight',
    );
    const delays = idle.Properties.Metrics.filter(
      ({ MetricStat }: { MetricStat?: { Metric: { MetricName: string } } }) =>
        MetricStat?.Metric.MetricName === 'ApproximateNumberOfMessagesDelayed',
    );
    expect(delays).toHaveLength(1);
    expect(JSON.stringify(delays)).not.toContain('Control');
  });

  it('is watched, has time to stop, and writes to one folder only', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({
          HealthCheck: Match.objectLike({ Command: ['CMD', 'node', 'functions/encoder/health.ts'] }),
          StopTimeout: 120,
          ReadonlyRootFilesystem: true,
          Privileged: false,
          MountPoints: [Match.objectLike({ ContainerPath: '/var/airtune' })],
        }),
      ],
    });
  });

  it('runs as an unprivileged user without Linux capabilities', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({ User: '1000:1000', LinuxParameters: { Capabilities: { Drop: ['ALL'] } } }),
      ],
    });
  });

  it.each([
    ['ecs-tasks.amazonaws.com', 2],
    ['vpc-flow-logs.amazonaws.com', 1],
  ])('has roles that %s takes for this account only', (Service, count) => {
    const trusts = Object.values(template.findResources('AWS::IAM::Role'))
      .flatMap(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement)
      .filter(({ Principal }) => Principal.Service === Service);
    expect(trusts).toHaveLength(count);
    for (const { Condition } of trusts) {
      expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
    }
  });

  it('leaves the default security group of its network without rules', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
    template.allResourcesProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
  });

  it('is scaled by the role that the service has for it, and no other', () => {
    expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('application-autoscaling');
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      RoleARN: {
        'Fn::Join': [
          '',
          Match.arrayWith([Match.stringLikeRegexp('AWSServiceRoleForApplicationAutoScaling_ECSService$')]),
        ],
      },
    });
  });

  it('permits no inbound traffic, and outbound HTTPS only', () => {
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.allResourcesProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
    });
  });

  it('costs nothing while nothing runs: no NAT gateway, no address, no load balancer', () => {
    for (const type of [
      'AWS::EC2::NatGateway',
      'AWS::EC2::EIP',
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
    ]) {
      template.resourceCountIs(type, 0);
    }
  });

  it('goes back to the version before when a new one does not become healthy', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: Match.objectLike({
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      }),
    });
  });
});

describe('on GPUs', () => {
  it('has instances from zero, drained before they end, and none kept by protection', () => {
    gpu.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { MinSize: '0', MaxSize: '3' });
    gpu.hasResourceProperties('AWS::ECS::CapacityProvider', {
      AutoScalingGroupProvider: Match.objectLike({
        ManagedDraining: 'ENABLED',
        ManagedTerminationProtection: 'DISABLED',
        ManagedScaling: Match.objectLike({ Status: 'ENABLED' }),
      }),
    });
  });

  it('is a service only once its instances belong to the cluster, and ends before they leave it', () => {
    const [association] = Object.keys(gpu.findResources('AWS::ECS::ClusterCapacityProviderAssociations'));
    gpu.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([association]) });
  });

  it('asks for one GPU a task', () => {
    gpu.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ ResourceRequirements: [{ Type: 'GPU', Value: '1' }] })],
    });
  });

  it('gives its containers no way to more privileges', () => {
    gpu.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ DockerSecurityOptions: ['no-new-privileges'] })],
    });
    const [launch] = Object.values(gpu.findResources('AWS::EC2::LaunchTemplate'));
    expect(JSON.stringify(launch.Properties.LaunchTemplateData.UserData)).toContain(
      'ECS_DISABLE_PRIVILEGED=true',
    );
  });

  it('has instances that write to the log of the encoder, and no other', () => {
    const [logs] = Object.keys(
      gpu.findResources('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 14 } }),
    );
    gpu.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^GpuRole'),
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            NotResource: { 'Fn::GetAtt': [logs, 'Arn'] },
          }),
        ]),
      }),
    });
  });

  it('keeps the credentials of the instance from its containers, and its disk encrypted', () => {
    gpu.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: Match.objectLike({
        MetadataOptions: Match.objectLike({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 }),
        BlockDeviceMappings: [Match.objectLike({ Ebs: Match.objectLike({ Encrypted: true }) })],
      }),
    });
  });
});

describe('on CPUs', () => {
  it('needs no instances', () => {
    cpu.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 0);
    cpu.hasResourceProperties('AWS::ECS::Service', { LaunchType: 'FARGATE' });
    // Fargate has no such option; its containers can never gain privileges.
    cpu.allResourcesProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ DockerSecurityOptions: Match.absent() })],
    });
  });
});

describe('an encoder with the torch engine', () => {
  const torch = synthesise({ encoder: 'torch' });
  const torchOnCpu = synthesise({ encoder: 'torch-cpu' });

  it('shares memory for mini-batches with PyTorch, where ECS can give it', () => {
    const sharedMemory = (of: typeof torch): unknown => {
      const [task] = Object.values(
        of.template(of.deployment.encoder).findResources('AWS::ECS::TaskDefinition'),
      );
      return task.Properties.ContainerDefinitions[0].LinuxParameters.SharedMemorySize;
    };
    expect(sharedMemory(torch)).toBe(4096);
    expect(sharedMemory(torchOnCpu)).toBeUndefined();
  });

  it('runs on the accelerator of its name, with its own image', () => {
    torch.template(torch.deployment.encoder).resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 1);
    torchOnCpu.template(torchOnCpu.deployment.encoder).hasResourceProperties('AWS::ECS::Service', {
      LaunchType: 'FARGATE',
    });
    const templates = [...[gpu, cpu], ...[torch, torchOnCpu].map((of) => of.template(of.deployment.encoder))];
    const images = templates.map((template) => {
      const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
      return JSON.stringify(task?.Properties.ContainerDefinitions[0].Image);
    });
    expect(new Set(images).size).toBe(images.length);
  });
});
