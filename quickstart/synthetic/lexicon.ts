/** A pair of values for opposite sentiments. */
export interface Polar<T> {
  readonly negative: T;
  readonly positive: T;
}

/** Topics of reviews, each with the nouns that reviews judge. */
export const TOPICS: Readonly<Record<string, readonly string[]>> = {
  film: ['film', 'story', 'acting', 'script', 'music', 'ending', 'cast', 'plot'],
  restaurant: ['soup', 'bread', 'service', 'waiter', 'dessert', 'menu', 'kitchen', 'table'],
  hotel: ['room', 'bed', 'view', 'lobby', 'staff', 'shower', 'breakfast', 'balcony'],
  book: ['novel', 'chapter', 'style', 'hero', 'dialogue', 'cover', 'prose', 'author'],
};

export const ADJECTIVES: Polar<readonly string[]> = {
  negative: words(`awful bland boring clumsy confusing crude dirty dreary dull empty horrible lifeless messy
    miserable poor rude sloppy stale tedious terrible`),
  positive:
    words(`brilliant charming clever cosy delightful elegant excellent exciting fine fresh friendly funny
    gorgeous graceful great lovely perfect splendid superb wonderful`),
};

export const VERBS: Polar<readonly string[]> = {
  negative: words('despised disliked hated loathed regretted resented'),
  positive: words('admired adored enjoyed liked loved praised'),
};

export const INTENSIFIERS = words('very really quite truly rather so extremely remarkably');

export const PEOPLE = [
  'i',
  'we',
  'my sister',
  'our neighbour',
  'a friend',
  'the critic',
  'her uncle',
  'most guests',
];

export const OPENINGS = [
  'to be honest',
  'in the end',
  'last night',
  'on monday',
  'once again',
  'for my part',
  'this time',
  'after a long week',
];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
