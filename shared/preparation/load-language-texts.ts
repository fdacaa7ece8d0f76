import type { RunConfig } from '#shared/config/run-config.ts';
import type { ExampleSet, TokenExamples } from '#shared/data/example-set.ts';
import { collectLabelled, type LabelledExamples } from '#shared/data/labelled/collect-labelled.ts';
import type { Bucket } from '#shared/data/labelled/labelled-example.ts';
import { findTableFiles, type TableFile } from '#shared/data/labelled/table-files.ts';
import {
  type LanguageColumns,
  type LanguageText,
  languageColumns,
  tablePrompts,
} from '#shared/data/labelled/table-prompts.ts';
import { LanguageTokens } from '#shared/data/text/language-tokens.ts';
import { packTexts } from '#shared/data/text/pack-texts.ts';
import { TokenCollector } from '#shared/data/text/token-collector.ts';
import { ConfigError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { countingRows, type PreparationProgress } from './preparation-progress.ts';
import { TEST_FRACTION } from './test-fraction.ts';
import { textEncoder } from './text-encoder.ts';

/** Shortest limit with a token and one that is predicted. */
const SHORTEST_LIMIT = 2;

/**
 * Reads and encodes the texts of a language task. Texts of `causal-lm` are joined and cut to the limit, or
 * truncated to it; prompts with their completions are truncated.
 *
 * @throws ModelError for a tokenizer that does not fit; DataError naming the row that cannot be used
 */
export async function loadLanguageTexts(
  config: RunConfig,
  model: ModelConfig,
  progress: PreparationProgress,
): Promise<LabelledExamples> {
  const { data, seed } = config;
  if (data.maxTokens < SHORTEST_LIMIT) {
    throw new ConfigError('is 1, which leaves no token to predict.', {
      subject: 'data.maxTokens',
      remedy: 'Use at least 2.',
    });
  }
  const tokenizer = await textEncoder(config, model, { name: data.task, pairs: false });
  const tokens = new LanguageTokens(tokenizer, config.model.directory);
  const columns = languageColumns(data);
  const isPacked = columns.prompt === undefined && (data.packing ?? true);
  const { files, hasTestSet } = await findTableFiles(data);
  const { trainExamples: trainLimit, testExamples: testLimit, maxTokens } = data;
  const limits = { train: trainLimit, test: testLimit, validation: testLimit, undecided: undefined };
  const loaded = await collectLabelled(textsIn(files, columns, limits), {
    subject: data.directory,
    collector: () => languageCollector(tokens, isPacked ? Number.MAX_SAFE_INTEGER : maxTokens),
    testFraction: data.testFraction ?? TEST_FRACTION,
    hasTestSet,
    seed,
    trainLimit,
    testLimit,
    onRow: countingRows(progress, 'reading texts'),
  });
  return isPacked ? packed(loaded, maxTokens) : loaded;
}

function packed({ train, test, groups, ...others }: LabelledExamples, maxTokens: number): LabelledExamples {
  const trained = packTexts(texts(train), groups?.ofRow ?? new Int32Array(), maxTokens);
  return {
    ...others,
    train: trained.examples,
    test: packTexts(texts(test), new Int32Array(), maxTokens).examples,
    ...(groups === undefined ? {} : { groups: { ...groups, ofRow: trained.groups } }),
  };
}

function texts(examples: ExampleSet): TokenExamples {
  if (examples.kind === 'tokens') return examples;
  throw new TypeError(`${examples.kind} are no texts`);
}

/** The rows of all files, up to the limit of each bucket. */
async function* textsIn(
  files: readonly TableFile[],
  columns: LanguageColumns,
  limits: Readonly<Record<Bucket, number | undefined>>,
): AsyncGenerator<LanguageText> {
  const counts = { train: 0, test: 0, validation: 0, undecided: 0 };
  for (const file of files) {
    for await (const row of tablePrompts(file, columns)) {
      const limit = limits[row.bucket];
      if (limit === undefined || counts[row.bucket] < limit) {
        counts[row.bucket]++;
        yield row;
      } else if (columns.split === undefined) break;
    }
  }
}

function languageCollector(tokens: LanguageTokens, maxTokens: number) {
  const collector = new TokenCollector();
  return {
    add({ prompt, text, place }: LanguageText): void {
      if (prompt !== undefined) {
        collector.add(tokens.completion(prompt, text, maxTokens, place), 0);
        return;
      }
      const { tokenIds, tokenTypes } = tokens.text(text);
      collector.add(
        { tokenIds: tokenIds.subarray(0, maxTokens), tokenTypes: tokenTypes.subarray(0, maxTokens) },
        0,
      );
    },
    examples: () => collector.examples(),
  };
}
