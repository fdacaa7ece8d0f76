import { join } from 'node:path';
import * as z from 'zod';
import { createRunEngine } from '#functions/encoder/run-engine.ts';
import { exampleEmbedding } from '#functions/exchange/embed-examples.ts';
import { findAdapterFolder, readAdapterFolder } from '#run/output/adapter-folder.ts';
import { packSequences } from '#shared/data/text/encode-dataset.ts';
import { LanguageTokens } from '#shared/data/text/language-tokens.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { ConfigError, DataError } from '#shared/errors.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { readLanguageModel } from '#shared/model/hugging-face/language-model.ts';
import { fileExists, parseModelJson, readModelFile } from '#shared/model/hugging-face/read-model-file.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';
import { languageHead } from '#shared/model/language/language-head.ts';
import { nextToken } from '#shared/model/language/language-pass.ts';
import { splitModel } from '#shared/model/split-model.ts';
import { weightsAsStored } from '#shared/model/weight-precision.ts';
import { headForm } from '#shared/protocol/run-record.ts';
import { readTrainedHead } from './trained-head.ts';
import type { TrainedRun } from './trained-run.ts';

/** Tokens that are generated where nothing says how many, if the context holds as many. */
export const USUAL_TOKENS = 64;

export interface Generation {
  readonly prompt: string;
  /** The generated text, without the prompt and the end token. */
  readonly completion: string;
}

export interface Generator {
  /**
   * Continues a prompt with the most likely token, again and again, until the end token or for `maxTokens`
   * tokens.
   *
   * @throws DataError for a prompt without a token or longer than the model's context; ConfigError for more
   *   tokens than the context has room for.
   */
  generate(prompt: string, maxTokens: number | undefined): Promise<Generation>;
  dispose(): Promise<void>;
}

/**
 * Loads a trained language model: the pre-trained model, the run's LoRA, and the tensors of one head.
 *
 * @param head A device's number, or `averaged`.
 * @throws ModelError, ConfigError naming the part that does not fit.
 */
export async function openGenerator(run: TrainedRun, head: string): Promise<Generator> {
  const { config, labelNames, finalNorm, vocabularySize } = run;
  const { directory } = config.model;
  const model = await readLanguageModel(directory);
  const tokenizer = await loadTextTokenizer(directory);
  const tokens = new LanguageTokens(tokenizer, directory);
  const adapter = await readAdapterFolder(await findAdapterFolder(run.folder), model.config);
  const { hiddenSize } = model.config;
  const form = headForm({ config, hiddenSize, labelNames: [...labelNames], finalNorm, vocabularySize });
  const { parameters } = await readTrainedHead(run.folder, head, form);
  const tensors = weightsAsStored(model.tensors, config.model.bitsPerWeight);
  const { device, server } = splitModel({ ...model, tensors }, 'language');
  const embedding = exampleEmbedding(device);
  const pretrained = languageHead(device);
  const ends = await endTokens(directory, tokenizer.endTokenId);
  const engine = await createRunEngine(server, { ...config, lora: adapter.settings });
  const { input } = describeModel(model.config);
  const context = input.kind === 'text' ? input.maximumTokens : 0;

  const next = async (sequence: readonly number[]): Promise<number> => {
    const tokenIds = Int32Array.from(sequence);
    const examples = packSequences([{ tokenIds, tokenTypes: new Int32Array(tokenIds.length) }], [0]);
    const states = await engine.infer(embedding.embed(examples, Int32Array.of(0)), adapter.tensors);
    return nextToken(pretrained, parameters, states.data.subarray(-hiddenSize));
  };

  return {
    async generate(prompt, maxTokens) {
      const sequence = [...tokens.prompt(prompt)];
      const given = sequence.length;
      const most = roomFor(given, maxTokens, context);
      while (sequence.length < given + most) {
        const token = await next(sequence);
        if (ends.has(token)) break;
        sequence.push(token);
      }
      return { prompt, completion: tokenizer.decode(sequence.slice(given)) };
    },
    dispose: () => engine.dispose(),
  };
}

/** Number of tokens to generate after a prompt of `given` tokens. */
function roomFor(given: number, wanted: number | undefined, context: number): number {
  if (given >= context) {
    throw new DataError(`the prompt has ${given} tokens, the model takes ${context}.`, {
      subject: '--prompt',
      remedy: 'Shorten it.',
    });
  }
  const room = context - given;
  if (wanted === undefined) return Math.min(USUAL_TOKENS, room);
  if (wanted <= room) return wanted;
  throw new ConfigError(`${given} tokens of the prompt and ${wanted} more are over the model's ${context}.`, {
    subject: '--max-tokens',
    remedy: `Give at most ${room}.`,
  });
}

const ids = z.union([z.int(), z.array(z.int())]).nullish();
const endsSchema = z.looseObject({ eos_token_id: ids });

/**
 * Tokens that end a generation: those that generation_config.json names, else config.json, and the
 * tokenizer's.
 *
 * @throws ModelError naming the file that is damaged.
 */
async function endTokens(directory: string, ofTokenizer: number | undefined): Promise<ReadonlySet<number>> {
  const ends = new Set<number>(ofTokenizer === undefined ? [] : [ofTokenizer]);
  for (const name of ['generation_config.json', 'config.json']) {
    const path = join(directory, name);
    if (!(await fileExists(path))) continue;
    const json = parseModelJson(await readModelFile(path, 'Check its permissions.'), path);
    const { eos_token_id: named } = requireValid(endsSchema, json, path);
    if (named === undefined || named === null) continue;
    for (const id of typeof named === 'number' ? [named] : named) ends.add(id);
    break;
  }
  return ends;
}
