import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mergedModel } from '#cli/export/merged-model.ts';
import { readAdapterFolder } from '#run/output/adapter-folder.ts';
import { packSequences } from '#shared/data/text/encode-dataset.ts';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import { updateHead } from '#shared/model/head/head-update.ts';
import { readLanguageModel } from '#shared/model/hugging-face/language-model.ts';
import { OUTPUT_MATRIX } from '#shared/model/language/final-norm.ts';
import { type LanguageHead, languageHead, pretrainedHead } from '#shared/model/language/language-head.ts';
import { languagePass, languageScore, nextToken } from '#shared/model/language/language-pass.ts';
import { normRows } from '#shared/model/language/norm-pass.ts';
import { canonicalKey } from '#shared/model/lora/peft-names.ts';
import { writePeftAdapter } from '#shared/model/lora/write-peft-adapter.ts';
import { initialOptimizerState, optimizerStep } from '#shared/model/optimizer/optimizer.ts';
import type { WritableTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { splitModel } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import type { MakeEngine } from '#test/golden/model/pytorch-suite.ts';
import { embedTokens } from '#test/support/embed.ts';
import { GoldenTensors, goldenAdapter } from '#test/support/golden-model.ts';
import { pythonHas, runPython } from '#test/support/python.ts';
import { expectTensors, relativeError } from '#test/support/relative-error.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { torchHost } from '#test/support/torch-host.ts';

/** Seed of the random models. */
const SEED = process.env.AIRTUNE_MODELS_SEED ?? '1';
const hasPeft = pythonHas('peft', 'transformers', 'torch', 'safetensors', 'PIL');
const KINDS = ['gpt2', 'llama', 'llama-tied', 'mistral', 'qwen2', 'qwen3'];
const TOLERANCE = 1e-4;
/**
 * The step of bench/peft/language-models.py. Its epsilon is large: a first step with a small one is the sign
 * of each gradient, also of those that are rounding errors.
 */
const ADAMW = {
  kind: 'adamw',
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-3,
  weightDecay: 0,
} as const;
const HEAD_RATE = 0.1;

const host = await torchHost();
const TORCH: MakeEngine = (server, options) => createTorchEngine(server, { ...options, host });
const ENGINES: readonly (readonly [string, MakeEngine])[] = [
  ['onnx', createOnnxEngine],
  ['TensorFlow.js', (server, options) => createTfjsEngine(server, { ...options, backend: 'wasm' })],
  ...(host === undefined ? [] : [['torch', TORCH] as const]),
];

/** A case of bench/peft/language-models.py. */
async function readCase(path: string) {
  const model = await readLanguageModel(path);
  const { device, server } = splitModel(model, 'language');
  const reference = new GoldenTensors(join(path, 'reference.safetensors'));
  const lengths = reference.integers('lengths');
  const ids = reference.integers('input_ids');
  const tokens = ids.length / lengths.length;
  const real = (values: Int32Array): Int32Array =>
    Int32Array.from(
      [...lengths].flatMap((length, row) => [...values.subarray(row * tokens, row * tokens + length)]),
    );
  const norm = describeModel(model.config).layout.finalNorm;
  const named = (prefix: string): NamedTensors =>
    new Map(
      [...reference.group(prefix)].map(([key, value]) => [canonicalKey(familyOf(model.config), key), value]),
    );
  const normed = (prefix: string): NamedTensors =>
    new Map([...reference.group(prefix)].map(([part, value]) => [`${norm}.${part}`, value]));
  return {
    device,
    server,
    head: languageHead(device),
    adapter: goldenAdapter(path, model.config),
    batch: embedTokens(device, { tokenIds: ids, tokenTypeIds: new Int32Array(ids.length), lengths }),
    prompt: ids.subarray(0, tokens),
    targets: real(reference.integers('targets')),
    reference,
    gradients: named('gradient.'),
    normGradients: normed('normGradient.'),
    loraAfter: named('step.'),
    normAfter: normed('normStep.'),
    matrixGradient: reference.float('matrixGradient'),
    matrixAfter: reference.float('matrixStep'),
    pretrained: pretrainedHead(device),
  };
}

const withMatrix = (norm: NamedTensors, matrix: Tensor): NamedTensors =>
  new Map([...norm, [OUTPUT_MATRIX, matrix]]);

/** Logits of hidden states [tokens, width], [tokens, vocabulary]. */
function logitsOf(
  head: LanguageHead,
  norm: NamedTensors,
  matrix: Tensor | undefined,
  { shape: [tokens], data }: Tensor,
): Tensor {
  const product = matrix === undefined ? head.product : head.product.withMatrix(matrix);
  const { vocabulary } = product;
  const logits = new Float32Array(tokens * vocabulary);
  product.logits(normRows(head.norm, norm, data).output, logits);
  return { shape: [tokens, vocabulary], data: logits };
}

function writeFiles(folder: string, files: Iterable<readonly [string, Uint8Array]>): void {
  mkdirSync(folder);
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
}

/** Folder of a case in which the output matrix was trained, too. */
const ALL = 'all';

/**
 * Writes the trained adapter of a case, the merged model, and the logits of its first row.
 *
 * @param folder The case's own, or a folder in it for an adapter with the output matrix.
 */
async function exportCase(path: string, folder: string): Promise<void> {
  const { device, server, head, adapter, prompt, loraAfter, normAfter, matrixAfter } = await readCase(path);
  const matrix = folder === path ? undefined : matrixAfter;
  const trained = {
    settings: adapter.settings,
    tensors: loraAfter,
    savedNorm: normAfter,
    ...(matrix === undefined ? {} : { savedHead: new Map([[OUTPUT_MATRIX, matrix]]) }),
  };
  const files = writePeftAdapter(server.config, trained, 'base', 'language');
  mkdirSync(folder, { recursive: true });
  writeFiles(join(folder, 'trained'), Object.entries(files));
  expect(await readAdapterFolder(join(folder, 'trained'), server.config)).toEqual(trained);
  writeFiles(join(folder, 'merged'), (await mergedModel(path, join(folder, 'trained'))).files);
  const lengths = Int32Array.of(prompt.length);
  const batch = embedTokens(device, { tokenIds: prompt, tokenTypeIds: prompt.map(() => 0), lengths });
  const engine = await createOnnxEngine(server, { features: 'tokens', lora: adapter.settings });
  const logits = logitsOf(head, normAfter, matrix, await engine.infer(batch, loraAfter));
  await engine.dispose();
  const reference = new Map<string, WritableTensor>([
    ['input_ids', { shape: [1, prompt.length], data: prompt }],
    ['logits', logits],
  ]);
  writeFileSync(join(folder, 'logits.safetensors'), writeSafetensors(reference));
}

describe.skipIf(!hasPeft)(`random language models of transformers and peft, seed ${SEED}`, () => {
  const folder = sharedScratchFolder();

  beforeAll(() => {
    expect(runPython('bench/peft/language-models.py', folder, '--seed', SEED)).toContain(
      `made ${KINDS.length} cases`,
    );
  });

  describe.each(ENGINES)('%s', (_, makeEngine) => {
    it.each(KINDS)('trains a %s for a step as PyTorch does, to 1e-4', async (kind) => {
      const given = await readCase(join(folder, kind));
      const { head, adapter, batch, targets, reference } = given;
      const engine = await makeEngine(given.server, { features: 'tokens', lora: adapter.settings });
      const pass = await engine.forward(batch, adapter.tensors);
      const found = languagePass(head, given.pretrained, pass.features, targets);
      const closeTo = (name: string, value: number) =>
        expect(relativeError(Float32Array.of(value), reference.float(name).data), name).toBeLessThan(
          TOLERANCE,
        );
      closeTo('loss', found.loss);
      expectTensors(found.gradients, withMatrix(given.normGradients, given.matrixGradient), TOLERANCE);
      const lora = await pass.backward(found.featureGradient);
      pass.release();
      expectTensors(lora, given.gradients, TOLERANCE);

      const start = initialOptimizerState(ADAMW, adapter.tensors);
      const { parameters } = optimizerStep(ADAMW, adapter.tensors, lora, start);
      const settings = {
        kind: 'language',
        norm: [...head.pretrained.keys()],
        vocabularySize: head.product.vocabulary,
      } as const;
      const trained = updateHead({ settings, parameters: given.pretrained }, found.gradients, HEAD_RATE);
      expectTensors(parameters, given.loraAfter, TOLERANCE);
      expectTensors(trained.parameters, withMatrix(given.normAfter, given.matrixAfter), TOLERANCE);
      const states = await engine.infer(batch, parameters);
      const lossOf = (after: NamedTensors) => {
        const { lossSum, count } = languageScore(head, after, states, targets);
        return lossSum / count;
      };
      const normAlone = new Map([...trained.parameters].filter(([name]) => name !== OUTPUT_MATRIX));
      closeTo('lossAfter', lossOf(normAlone));
      closeTo('lossAfterAll', lossOf(trained.parameters));
      await engine.dispose();
    });

    it.each(KINDS)(
      'continues a prompt of a %s with the tokens of generate(do_sample=False)',
      async (kind) => {
        const { device, server, head, adapter, prompt, reference } = await readCase(join(folder, kind));
        const engine = await makeEngine(server, { features: 'tokens', lora: adapter.settings });
        const sequence = [...prompt];
        for (const expected of reference.integers('generated')) {
          const tokenIds = Int32Array.from(sequence);
          const rows = packSequences([{ tokenIds, tokenTypes: new Int32Array(tokenIds.length) }], [0]);
          const batch = embedTokens(device, {
            tokenIds: rows.tokenIds,
            tokenTypeIds: rows.tokenTypes,
            lengths: Int32Array.of(tokenIds.length),
          });
          const states = await engine.infer(batch, adapter.tensors);
          const [, width] = states.shape;
          const token = nextToken(head, head.pretrained, states.data.subarray(-width));
          expect(token).toBe(expected);
          sequence.push(token);
        }
        await engine.dispose();
      },
    );
  });

  it('are loaded by peft and by transformers as they are exported, with the same logits', async () => {
    const cases = KINDS.flatMap((kind) => [join(folder, kind), join(folder, kind, ALL)]);
    for (const kind of KINDS) {
      await exportCase(join(folder, kind), join(folder, kind));
      await exportCase(join(folder, kind), join(folder, kind, ALL));
    }
    expect(runPython('bench/peft/load-language-models.py', ...cases)).toContain(
      `agree on ${2 * KINDS.length} models`,
    );
  });
});
