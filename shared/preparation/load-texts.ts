import type { RunConfig } from '#shared/config/run-config.ts';
import { collectLabelled, type LabelledExamples } from '#shared/data/labelled/collect-labelled.ts';
import type { Bucket, LabelledText } from '#shared/data/labelled/labelled-example.ts';
import { findTableFiles, type TableFile } from '#shared/data/labelled/table-files.ts';
import { type TextColumns, tableTexts, textColumns } from '#shared/data/labelled/table-texts.ts';
import type { ReaderRows } from '#shared/data/reader/reader-rows.ts';
import { TokenCollector } from '#shared/data/text/token-collector.ts';
import type { TextTokenizer } from '#shared/data/text/tokenizer.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { type ExampleCache, examplesOnce } from './encoded-examples.ts';
import { exampleKey } from './example-key.ts';
import { countingRows, type PreparationProgress } from './preparation-progress.ts';
import { TEST_FRACTION } from './test-fraction.ts';
import { textEncoder } from './text-encoder.ts';

/**
 * Reads and encodes the texts of a run's own tables.
 *
 * @param cache large tables are tokenised once and then taken from here
 * @throws DataError naming the file and the row
 */
export async function loadTables(
  config: RunConfig,
  model: ModelConfig,
  progress: PreparationProgress,
  cache: ExampleCache,
): Promise<LabelledExamples> {
  const columns = textColumns(config.data);
  const { files, hasTestSet } = await findTableFiles(config.data);
  const { trainExamples: trainLimit, testExamples: testLimit } = config.data;
  const limits = { train: trainLimit, test: testLimit, validation: testLimit, undecided: undefined };
  const key = await exampleKey(
    config,
    model,
    files.map(({ path, bucket }) => ({ path, use: bucket })),
  );
  return examplesOnce(cache, key, () =>
    loadTexts(config, model, { rows: textsIn(files, columns, limits), hasTestSet }, progress),
  );
}

/** Encodes texts. Only tokens stay in memory. */
export async function loadTexts(
  config: RunConfig,
  model: ModelConfig,
  { rows, hasTestSet }: ReaderRows<LabelledText>,
  progress: PreparationProgress,
): Promise<LabelledExamples> {
  const { data, seed } = config;
  const columns = textColumns(data);
  const tokenizer = await textEncoder(config, model, { name: data.task, pairs: columns.pair !== undefined });
  return collectLabelled(rows, {
    subject: data.directory,
    collector: () => textCollector(tokenizer, data.maxTokens),
    testFraction: data.testFraction ?? TEST_FRACTION,
    hasTestSet,
    scoreName: columns.score,
    seed,
    trainLimit: data.trainExamples,
    testLimit: data.testExamples,
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
