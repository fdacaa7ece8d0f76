import { corpusSentence } from '#quickstart/synthetic/corpus.ts';
import type { TextTokenizer } from '#shared/data/text/tokenizer.ts';
import { type RandomStream, randomStream } from '#shared/random/random-stream.ts';
import type { PretrainingSettings } from './settings.ts';

/** Input of one step: sentences with some tokens masked. */
export interface MaskedBatch {
  readonly batchSize: number;
  /** Longest sentence of the batch; shorter ones are padded with id 0. */
  readonly tokens: number;
  /** [batchSize * tokens] */
  readonly tokenIds: Int32Array;
  readonly lengths: Int32Array;
  /** Flat positions of the tokens to predict, and their original ids. */
  readonly maskedPositions: readonly number[];
  readonly maskedIds: readonly number[];
  /** Row (sentence) of each token to predict. */
  readonly maskedRows: readonly number[];
}

const MASK_ID = 4;
/** First id of a word; lower ids are special tokens. */
const FIRST_WORD_ID = 5;

/**
 * Draws the batch of one step; a pure function of settings and step. BERT's scheme: of the tokens to predict,
 * 80 % become [MASK], 10 % a random token, 10 % stay.
 */
export function maskedBatch(
  settings: PretrainingSettings,
  tokenizer: TextTokenizer,
  step: number,
): MaskedBatch {
  const stream = randomStream(settings.seed, 'pretraining', 1, step);
  const sentences = Array.from(
    { length: settings.batchSize },
    () => tokenizer.encode(corpusSentence(stream), undefined, 32).tokenIds,
  );
  const tokens = Math.max(...sentences.map((ids) => ids.length));
  const tokenIds = new Int32Array(sentences.length * tokens);
  const maskedPositions: number[] = [];
  const maskedIds: number[] = [];
  const maskedRows: number[] = [];
  sentences.forEach((ids, row) => {
    ids.forEach((id, column) => {
      const position = row * tokens + column;
      const chosen = id >= FIRST_WORD_ID && stream.uniform() < settings.maskedShare;
      tokenIds[position] = chosen ? hidden(stream, id, tokenizer.vocabularySize) : id;
      if (!chosen) return;
      maskedPositions.push(position);
      maskedIds.push(id);
      maskedRows.push(row);
    });
  });
  const lengths = Int32Array.from(sentences, (ids) => ids.length);
  return { batchSize: sentences.length, tokens, tokenIds, lengths, maskedPositions, maskedIds, maskedRows };
}

function hidden(stream: RandomStream, id: number, vocabularySize: number): number {
  const choice = stream.uniform();
  if (choice < 0.8) return MASK_ID;
  return choice < 0.9 ? FIRST_WORD_ID + stream.integer(vocabularySize - FIRST_WORD_ID) : id;
}
