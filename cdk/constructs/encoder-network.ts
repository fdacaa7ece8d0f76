import { RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { asVpc } from './as-interface.ts';
import { addProviderLogs } from './provider-logs.ts';
import { trustOwnAccountOnly } from './service-trust.ts';

/** Id of the CDK function that empties the default security group; one per stack. */
const DEFAULT_GROUP_PROVIDER = 'Custom::VpcRestrictDefaultSGCustomResourceProvider';

/**
 * The encoder's VPC: public subnets without a NAT gateway, so it costs nothing while idle. No inbound
 * traffic; outbound HTTPS only (to SQS, S3, ECR and the container agent's services).
 */
export class EncoderNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'encoder', subnetType: SubnetType.PUBLIC, cidrMask: 24 }],
      gatewayEndpoints: { s3: { service: GatewayVpcEndpointAwsService.S3 } },
      // Removes all rules of the default group, which applies to resources that name no security group.
      restrictDefaultSecurityGroup: true,
    });
    addProviderLogs(this, { id: 'DefaultGroupLogs', provider: DEFAULT_GROUP_PROVIDER, hasPolicy: true });
    const flowLog = vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogs', {
          retention: RetentionDays.ONE_WEEK,
          removalPolicy: RemovalPolicy.DESTROY,
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
  }
}
