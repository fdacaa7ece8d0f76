import { randomStream } from '#shared/random/random-stream.ts';
import { TOPICS } from './lexicon.ts';
import { pick, type Sentiment, sentence } from './sentence.ts';

export interface ReviewSettings {
  readonly seed: number;
  readonly trainRows: number;
  readonly testRows: number;
  /**
   * Fraction of the judging words that training rows use. Test rows use all of them, so the meaning of the
   * others is known only from pre-training.
   */
  readonly trainWordShare: number;
  /** Fraction of training rows with the wrong label. */
  readonly trainNoise: number;
  readonly contrastShare: number;
  readonly negationShare: number;
}

/** Settings of the committed data set. */
export const REVIEWS: ReviewSettings = {
  seed: 1,
  trainRows: 3000,
  testRows: 400,
  trainWordShare: 0.75,
  trainNoise: 0.02,
  contrastShare: 0.2,
  negationShare: 0.1,
};

/** The files of the data set in the layout of SST-2, by name. A pure function of the settings. */
export function reviewFiles(settings: ReviewSettings): Readonly<Record<'train.tsv' | 'dev.tsv', string>> {
  return {
    'train.tsv': rows(settings, 0, settings.trainRows, settings.trainWordShare, settings.trainNoise),
    'dev.tsv': rows(settings, 1, settings.testRows, 1, 0),
  };
}

function rows(
  { seed, contrastShare, negationShare }: ReviewSettings,
  split: number,
  count: number,
  wordShare: number,
  noise: number,
): string {
  const lines = ['sentence\tlabel'];
  for (let row = 0; row < count; row++) {
    const stream = randomStream(seed, 'dataset', split, row);
    const sentiment: Sentiment = stream.uniform() < 0.5 ? 'negative' : 'positive';
    const nouns = pick(stream, Object.values(TOPICS));
    const text = sentence(stream, sentiment, { nouns, wordShare, contrastShare, negationShare });
    const positive = (sentiment === 'positive') !== stream.uniform() < noise;
    lines.push(`${text}\t${positive ? 1 : 0}`);
  }
  return `${lines.join('\n')}\n`;
}
