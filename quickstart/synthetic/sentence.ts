import type { RandomStream } from '#shared/random/random-stream.ts';
import { ADJECTIVES, INTENSIFIERS, OPENINGS, PEOPLE, VERBS } from './lexicon.ts';

/** The overall sentiment of a sentence. */
export type Sentiment = 'negative' | 'positive';

/** Material of sentences: the nouns of one topic, and the fraction of judging words that may be used. */
export interface SentenceMaterial {
  readonly nouns: readonly string[];
  /** Adjectives and verbs whose index is below this share of their list; 1 for all. */
  readonly wordShare: number;
  /** Fraction of sentences that contrast two clauses. */
  readonly contrastShare: number;
  /** Fraction of clauses that negate the opposite sentiment. */
  readonly negationShare: number;
}

export function opposite(sentiment: Sentiment): Sentiment {
  return sentiment === 'positive' ? 'negative' : 'positive';
}

/**
 * Draws a sentence of a given sentiment. No single word decides it: a negation reverses a clause, and of two
 * contrasted clauses the main one counts ("although A, B", "A, but B" and "B, although A" all mean B).
 */
export function sentence(stream: RandomStream, sentiment: Sentiment, material: SentenceMaterial): string {
  const same = () => clause(stream, sentiment, material);
  const contrary = () => clause(stream, opposite(sentiment), material);
  const opening = stream.uniform() < 0.25 ? `${pick(stream, OPENINGS)} , ` : '';
  if (stream.uniform() < material.contrastShare) {
    switch (stream.integer(3)) {
      case 0:
        return `${opening}${contrary()} , but ${same()} .`;
      case 1:
        return `although ${contrary()} , ${same()} .`;
      default:
        return `${opening}${same()} , although ${contrary()} .`;
    }
  }
  switch (stream.integer(6)) {
    case 0:
      return `${opening}${same()} .`;
    case 1:
    case 2:
    case 3:
      return `${opening}${same()} and ${same()} .`;
    default:
      return `${opening}${same()} , ${same()} and ${same()} .`;
  }
}

/** Draws a quote: a sequence of judging words of one sentiment. */
export function quote(stream: RandomStream, sentiment: Sentiment, material: SentenceMaterial): string {
  const adjectives = allowed(ADJECTIVES[sentiment], material);
  const words = Array.from({ length: 3 + stream.integer(4) }, () => pick(stream, adjectives));
  return stream.uniform() < 0.5
    ? `${words.join(' , ')} ${pick(stream, material.nouns)} !`
    : `${pick(stream, PEOPLE)} ${pick(stream, allowed(VERBS[sentiment], material))} the ${words.join(' ')} ${pick(stream, material.nouns)} !`;
}

/** Draws one clause. A fraction `negationShare` of clauses negate the opposite sentiment. */
function clause(stream: RandomStream, sentiment: Sentiment, material: SentenceMaterial): string {
  const negated = stream.uniform() < material.negationShare;
  const polarity = negated ? opposite(sentiment) : sentiment;
  const noun = pick(stream, material.nouns);
  const adjective = pick(stream, allowed(ADJECTIVES[polarity], material));
  const intensified = stream.uniform() < 0.3 ? `${pick(stream, INTENSIFIERS)} ${adjective}` : adjective;
  const verb = pick(stream, allowed(VERBS[polarity], material));
  switch (stream.integer(4)) {
    case 0:
      return `${pick(stream, PEOPLE)} ${negated ? 'never ' : ''}${verb} the ${noun}`;
    case 1:
      return negated
        ? `nothing about the ${noun} was ${intensified}`
        : `everything about the ${noun} was ${intensified}`;
    default:
      return `the ${noun} was ${negated ? 'not ' : ''}${intensified}`;
  }
}

function allowed(words: readonly string[], { wordShare }: SentenceMaterial): readonly string[] {
  return words.slice(0, Math.ceil(words.length * wordShare));
}

export function pick<T>(stream: RandomStream, items: readonly T[]): T {
  return items[stream.integer(items.length)];
}
