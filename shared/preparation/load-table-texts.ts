import type { RunConfig } from '#shared/config/run-config.ts';
import { collectLabelled, type LabelledExamples } from '#shared/data/labelled/collect-labelled.ts';
import type { Bucket, LabelledText } from '#shared/data/labelled/labelled-example.ts';
import { findTableFiles, type TableFile, type TableFiles } from '#shared/data/labelled/table-files.ts';
import { type TextColumns, tableTexts, textColumns } from '#shared/data/labelled/table-texts.ts';
import { TokenCollector } from '#shared/data/text/token-collector.ts';
import type { TextTokenizer } from '#shared/data/text/tokenizer.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { type ExampleCache, examplesOnce } from './encoded-examples.ts';
import { exampleKey } from './example-key.ts';
import { countingRows, type PreparationProgress } from './preparation-progress.ts';
import { TEST_FRACTION } from './test-fraction.ts';
import { textEncoder } from './text-encoder.ts';

/** Reads and encodes the texts of a run's own tables. Only tokens stay in memory. */
export async function loadTableTexts(
  config: RunConfig,
  model: ModelConfig,
  progress: PreparationProgress,
  cache: ExampleCache,
): Promise<LabelledExamples> {
  const columns = textColumns(config.data);
  const found = await findTableFiles(config.data);
  const rowFiles = found.files.map(({ path, bucket }) => ({ path, use: bucket }));
  const key = await exampleKey(config, model, rowFiles);
  return examplesOnce(cache, key, () => encodeTables(config, model, columns, found, progress));
}

async function encodeTables(
  config: RunConfig,
  model: ModelConfig,
  columns: TextColumns,
  { files, hasTestSet }: TableFiles,
  progress: PreparationProgress,
): Promise<LabelledExamples> {
  const { data, seed } = config;
  const tokenizer = await textEncoder(config, model, { name: data.task, pairs: columns.pair !== undefined });
  const { trainExamples: trainLimit, testExamples: testLimit } = data;
  const limits = { train: trainLimit, test: testLimit, validation: testLimit, undecided: undefined };
  return collectLabelled(textsIn(files, columns, limits), {
    subject: data.directory,
    collector: () => textCollector(tokenizer, data.maxTokens),
    testFraction: data.testFraction ?? TEST_FRACTION,
    hasTestSet,
    scoreName: columns.score,
    seed,
    trainLimit,
    testLimit,
    onRow: countingRows(progress, 'reading rows'),
  });
}

/** The rows of all files, up to the limit of each bucket. */
async function* textsIn(
  files: readonly TableFile[],
  columns: TextColumns,
  limits: Readonly<Record<Bucket, number | undefined>>,
): AsyncGenerator<LabelledText> {
  const counts = { train: 0, test: 0, validation: 0, undecided: 0 };
  for (const file of files) {
    for await (const row of tableTexts(file, columns)) {
      const limit = limits[row.bucket];
      if (limit === undefined || counts[row.bucket] < limit) {
        counts[row.bucket]++;
        yield row;
      } else if (columns.split === undefined) break;
    }
  }
}

function textCollector(tokenizer: TextTokenizer, maxTokens: number) {
  const tokens = new TokenCollector();
  return {
    add: ({ text, pair }: LabelledText, label: number) =>
      tokens.add(tokenizer.encode(text, pair, maxTokens), label),
    examples: () => tokens.examples(),
  };
}
