import type { RandomStream } from '#shared/random/random-stream.ts';
import { ADJECTIVES, INTENSIFIERS, OPENINGS, PEOPLE, TOPICS, VERBS } from './lexicon.ts';
import { pick, quote, type Sentiment, sentence } from './sentence.ts';

/**
 * Draws a sentence of the pre-training text: no labels, all words. Three in ten are quotes, which are
 * sequences of words of one sentiment. A model this small learns only from quotes which words have the same
 * sentiment.
 */
export function corpusSentence(stream: RandomStream): string {
  const sentiment: Sentiment = stream.uniform() < 0.5 ? 'negative' : 'positive';
  const nouns = pick(stream, Object.values(TOPICS));
  if (stream.uniform() < 0.3)
    return quote(stream, sentiment, { nouns, wordShare: 1, contrastShare: 0, negationShare: 0 });
  const plain = stream.uniform() < 0.2;
  return sentence(stream, sentiment, {
    nouns,
    wordShare: 1,
    contrastShare: plain ? 0 : 0.35,
    negationShare: plain ? 0 : 0.25,
  });
}

/** All words and punctuation marks of the synthetic language, sorted. */
export function languageWords(): readonly string[] {
  const grammar = 'the was not never nothing everything about although but and . , !';
  const lists = [
    [grammar],
    ...Object.values(TOPICS),
    ADJECTIVES.negative,
    ADJECTIVES.positive,
    VERBS.negative,
    VERBS.positive,
    INTENSIFIERS,
    PEOPLE,
    OPENINGS,
  ];
  return [...new Set(lists.flat().flatMap((text) => text.split(' ')))].sort();
}
