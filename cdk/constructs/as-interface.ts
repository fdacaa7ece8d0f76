import { type IStackSynthesizer, StackSynthesizer } from 'aws-cdk-lib';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, type ICluster } from 'aws-cdk-lib/aws-ecs';
import type { IConstruct } from 'constructs';

/**
 * Type guards for CDK classes. With `exactOptionalPropertyTypes`, some of them are not assignable to their
 * own interfaces. These functions check the object at run time and return it as its interface.
 */
export function asVpc(construct: IConstruct): IVpc {
  if (isVpc(construct)) return construct;
  throw new TypeError(`${construct.node.path} is not a VPC.`);
}

export function asCluster(construct: IConstruct): ICluster {
  if (isCluster(construct)) return construct;
  throw new TypeError(`${construct.node.path} is not a cluster.`);
}

function isVpc(construct: IConstruct): construct is IVpc {
  return construct instanceof Vpc;
}

function isCluster(construct: IConstruct): construct is ICluster {
  return construct instanceof Cluster;
}

export function asSynthesizer(synthesizer: object): IStackSynthesizer {
  if (isSynthesizer(synthesizer)) return synthesizer;
  throw new TypeError('This is not a synthesizer.');
}

function isSynthesizer(synthesizer: object): synthesizer is IStackSynthesizer {
  return synthesizer instanceof StackSynthesizer;
}
