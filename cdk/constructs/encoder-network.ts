import { RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';
import { asVpc } from './as-interface.ts';
import { addProviderLogs } from './provider-logs.ts';
import { trustOwnAccountOnly } from './service-trust.ts';

/** Id of the CDK function that empties the default security group; one per stack. */
const DEFAULT_GROUP_PROVIDER = 'Custom::VpcRestrictDefaultSGCustomResourceProvider';

/** The services that a task uses beside S3, as endpoints of a network without a way to the internet. */
const TASK_SERVICES = {
  Sqs: InterfaceVpcEndpointAwsService.SQS,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrImages: InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Kms: InterfaceVpcEndpointAwsService.KMS,
} as const;

/** The services that the container agent of an instance uses. */
const AGENT_SERVICES = {
  Ecs: InterfaceVpcEndpointAwsService.ECS,
  EcsAgent: InterfaceVpcEndpointAwsService.ECS_AGENT,
  EcsTelemetry: InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
} as const;

export interface EncoderNetworkProps {
  readonly access: DeploymentSettings['network'];
  readonly key: IKey | undefined;
}

/**
 * The encoder's VPC, without a NAT gateway. No inbound traffic; outbound HTTPS only (to SQS, S3, ECR and the
 * container agent's services).
 *
 * - `public`: replicas have public addresses. The network costs nothing while idle.
 * - `private`: replicas reach AWS through endpoints in the network and nothing else. Each endpoint is charged
 *   by the hour.
 */
export class EncoderNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;
  readonly subnetType: SubnetType;

  constructor(scope: Construct, id: string, { access, key }: EncoderNetworkProps) {
    super(scope, id);
    this.subnetType = access === 'private' ? SubnetType.PRIVATE_ISOLATED : SubnetType.PUBLIC;
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'encoder', subnetType: this.subnetType, cidrMask: 24 }],
      gatewayEndpoints: { s3: { service: GatewayVpcEndpointAwsService.S3 } },
      // Removes all rules of the default group, which applies to resources that name no security group.
      restrictDefaultSecurityGroup: true,
    });
    addProviderLogs(this, { id: 'DefaultGroupLogs', provider: DEFAULT_GROUP_PROVIDER, hasPolicy: true, key });
    const flowLog = vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogs', {
          retention: RetentionDays.ONE_WEEK,
          removalPolicy: RemovalPolicy.DESTROY,
          ...(key === undefined ? {} : { encryptionKey: key }),
        }),
      ),
    });
    if (flowLog.iamRole !== undefined) trustOwnAccountOnly(flowLog.iamRole);
    this.vpc = asVpc(vpc);
    this.securityGroup = new SecurityGroup(this, 'Encoder', {
      vpc: this.vpc,
      description: 'airtune encoder: nothing comes in, HTTPS goes out',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS services');
    if (access === 'private') this.#addEndpoints();
  }

  #addEndpoints(): void {
    const securityGroup = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'airtune endpoints: HTTPS from the encoder comes in, nothing goes out',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(this.securityGroup, Port.tcp(443), 'the encoder');
    for (const [name, service] of Object.entries({ ...TASK_SERVICES, ...AGENT_SERVICES })) {
      new InterfaceVpcEndpoint(this, name, {
        vpc: this.vpc,
        service,
        subnets: { subnetType: this.subnetType },
        securityGroups: [securityGroup],
        // Without it, endpoints would let in the whole network.
        open: false,
      });
    }
  }
}
