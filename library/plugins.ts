/**
 * Types of plug-ins: policies, channels, optimisers and readers. The `define`
 * functions return their argument and check its types.
 *
 * @module airtune/plugins
 */
export {
  CHANNEL_INTERFACE_VERSION,
  type ChannelDefinition,
  type ChannelPluginRound,
  defineChannel,
} from '#shared/channel/plugin/define-channel.ts';
export {
  defineReader,
  READER_INTERFACE_VERSION,
  type ReaderDefinition,
  type ReaderExample,
  type ReaderInput,
  type ReaderPixels,
} from '#shared/data/reader/define-reader.ts';
export {
  defineOptimizer,
  OPTIMIZER_INTERFACE_VERSION,
  type OptimizerDefinition,
  type OptimizerInput,
  type OptimizerOutput,
  type TensorValues,
} from '#shared/model/optimizer/plugin/define-optimizer.ts';
export type { RandomSource } from '#shared/plugins/random-source.ts';
export type { GivenSchema, SettingsSchema } from '#shared/plugins/settings-schema.ts';
export type { RandomStream } from '#shared/random/random-stream.ts';
export {
  definePolicy,
  POLICY_INTERFACE_VERSION,
  type PolicyDefinition,
  type PolicyPlan,
  type PolicyRound,
} from '#shared/scheduling/plugin/define-policy.ts';
