import * as z from 'zod';
import { ONNX_PROVIDERS } from '#shared/model/engine/onnx/onnx-providers.ts';
import { FEATURE_KINDS } from '#shared/model/features.ts';
import { TRANSPORT_BITS } from '#shared/model/transport/transported-bits.ts';
import { WEIGHT_BITS } from '#shared/model/weight-precision.ts';
import { requestsInParallelSetting } from '#shared/workload/settings.ts';
import { channelSchema } from './channel-schema.ts';
import { schedulingSchema } from './scheduling-schema.ts';

const positive = z.number().positive();
const positiveInt = z.int().positive();
const fraction = z.number().min(0).max(1);

const model = z.strictObject({
  directory: z
    .string()
    .min(1)
    .describe('Hugging Face model directory: config.json, model.safetensors or its shards, tokenizer files'),
  hub: z
    .strictObject({
      name: z.string().describe('organisation/name of the model on its hub'),
      commit: z.string().describe('commit that was fetched'),
      sha256: z.record(z.string(), z.string()).describe('SHA-256 of each file that was fetched'),
    })
    .optional()
    .describe('where the directory came from; filled in when --model names a model on a hub'),
  features: z
    .enum(FEATURE_KINDS)
    .default('pooled')
    .describe('what the encoder sends down: the pooled output, the first token, or the mean over tokens'),
  bitsPerWeight: z
    .literal(WEIGHT_BITS)
    .default(32)
    .describe('width of a frozen weight as it is stored and loaded; computing is in single precision'),
});

const data = z.strictObject({
  task: z.enum(['sst2', 'mrpc', 'qnli', 'cifar10']).default('sst2').describe('layout and labels of the data'),
  directory: z.string().min(1).describe("folder with the task's files"),
  maxTokens: positiveInt
    .default(64)
    .describe('longer texts are truncated; also the length their payloads are sized for'),
  trainExamples: positiveInt.optional().describe('use only this many training examples'),
  testExamples: positiveInt.optional().describe('use only this many test examples'),
  partition: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('even').describe('how training data is dealt out to devices') }),
      z.strictObject({
        kind: z.literal('dirichlet').describe('how training data is dealt out to devices'),
        alpha: positive.describe('Dirichlet concentration of labels; smaller is more uneven'),
      }),
    ])
    .default({ kind: 'even' }),
});

const lora = z.strictObject({
  rank: positiveInt.default(8).describe('LoRA rank r'),
  alpha: positive.default(16).describe('LoRA scaling is alpha / r'),
  targets: z
    .array(z.string())
    .min(1)
    .default(['query', 'key', 'value', 'pooler.dense'])
    .describe('modules that get LoRA'),
});

const optimizer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('adamw').describe("the server's update rule on the averaged LoRA gradient"),
    learningRate: positive.default(2e-3).describe('step size of LoRA'),
    beta1: fraction.default(0.9).describe('decay of the first moment'),
    beta2: fraction.default(0.999).describe('decay of the second moment'),
    epsilon: positive.default(1e-8).describe('added to the root of the second moment'),
    weightDecay: z.number().nonnegative().default(0).describe('decoupled weight decay'),
  }),
  z.strictObject({
    kind: z.literal('sgd').describe("the server's update rule on the averaged LoRA gradient"),
    learningRate: positive.default(0.1).describe('step size of LoRA'),
  }),
]);

const server = z.strictObject({
  optimizer: optimizer.prefault({ kind: 'adamw' }),
  engine: z
    .enum(['auto', 'onnx', 'tfjs'])
    .default('auto')
    .describe('what runs the encoder; auto takes the fastest that loads'),
  provider: z
    .enum(['auto', ...ONNX_PROVIDERS])
    .default('auto')
    .describe('what executes the onnx engine; auto takes CUDA where it is there, else the processor'),
  deterministic: z
    .boolean()
    .default(true)
    .describe(
      'the same bits whatever runs together; false lets a graphics card run waiting mini-batches of several devices as one',
    ),
  activationBudgetMiB: positive
    .default(1024)
    .describe(
      'activations that an encoder keeps between forward and backward pass, beyond which they are computed again',
    ),
  requestsInParallel: requestsInParallelSetting,
});

const head = z.strictObject({
  learningRate: positive.default(0.2).describe("step size of the devices' heads (plain SGD)"),
  hiddenSize: z.int().nonnegative().default(0).describe('width of a hidden layer, 0 for a linear head'),
});

const training = z.strictObject({
  devices: positiveInt.max(10_000).default(20).describe('number of devices'),
  rounds: positiveInt.max(100_000).default(40).describe('number of rounds'),
  batchSize: positiveInt.default(16).describe("examples in a device's mini-batch"),
  evaluateEvery: positiveInt
    .default(10)
    .describe('test the model after every so many rounds, and at the end'),
  graceSeconds: positive
    .default(600)
    .describe('a round closes this long after its planned radio delay, with the devices that answered'),
});

const transport = z.strictObject({
  bitsPerValue: z
    .literal(TRANSPORT_BITS)
    .default(32)
    .describe('width of a transmitted value: single precision, half precision, or bytes with a scale a row'),
  inlineBytes: z
    .int()
    .nonnegative()
    .max(500_000)
    .default(65_536)
    .describe('features and gradients up to this size ride inside the message'),
});

export const runConfigSchema = z.strictObject({
  seed: z.int().nonnegative().default(1).describe('every random draw of the run derives from it'),
  model,
  data,
  lora: lora.prefault({}),
  server: server.prefault({}),
  head: head.prefault({}),
  training: training.prefault({}),
  channel: channelSchema.prefault({}),
  scheduling: schedulingSchema.prefault({}),
  transport: transport.prefault({}),
});

/** Every setting of a run, complete: what a person left out has its default. */
export type RunConfig = z.output<typeof runConfigSchema>;
