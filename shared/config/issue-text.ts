import type * as z from 'zod';
import { nearestName } from '#shared/nearest-name.ts';
import { quoted } from '#shared/quoted.ts';

/** Longest text of a setting that a remedy repeats. */
const LONGEST_REMEDY = 80;

/** A schema's issue with one setting, as text for users. */
export interface IssueText {
  /** The setting and its error, without a full stop. */
  readonly message: string;
  readonly remedy: string | undefined;
}

/** Text of a schema's issue, with the setting's path and its value in the input. */
export function issueText(issue: z.core.$ZodIssue, input: unknown): IssueText {
  const path = issue.path.map(String).join('.');
  const value = issue.path.reduce<unknown>(
    (group, key) => (isIndexed(group) && Object.hasOwn(group, key) ? group[key] : undefined),
    input,
  );
  const subject = path === '' ? 'the value' : path;
  const { found, wanted, choices } = expectation(issue, value);
  return {
    message: `${subject} ${found}${wanted === '' ? '' : `: ${wanted}`}`,
    remedy: isListExpected(issue) ? asList(value) : remedyFor(value, choices),
  };
}

interface Expectation {
  /** A predicate, such as `is -1`. */
  readonly found: string;
  readonly wanted: string;
  /** The allowed names if the setting is a choice; else empty. */
  readonly choices: readonly string[];
}

function expectation(issue: z.core.$ZodIssue, value: unknown): Expectation {
  const found = value === undefined ? 'is missing' : `is ${quoted(value)}`;
  const plain = (wanted: string): Expectation => ({ found, wanted, choices: [] });
  switch (issue.code) {
    case 'too_small':
    case 'too_big':
      return sizeExpectation(issue, value, found);
    case 'invalid_value':
      return chosen(found, issue.values.map(String));
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? chosen(found, issue.options.map(String))
        : plain('it has none of the forms that are allowed');
    case 'invalid_type':
      return plain(`it must be ${typeName(issue.expected)}`);
    case 'custom':
      // The message of a custom rule is either a requirement (`must ...`) or a finding (`has 3 entries ...`).
      return issue.message.startsWith('must ')
        ? plain(`it ${issue.message}`)
        : { found: issue.message, wanted: '', choices: [] };
    default:
      return plain(issue.message.charAt(0).toLowerCase() + issue.message.slice(1));
  }
}

type SizeIssue = Extract<z.core.$ZodIssue, { code: 'too_small' | 'too_big' }>;

function sizeExpectation(issue: SizeIssue, value: unknown, found: string): Expectation {
  const least = issue.code === 'too_small';
  const bound = String(least ? issue.minimum : issue.maximum);
  if (issue.origin === 'array' && Array.isArray(value)) {
    const wanted = `it must have at ${least ? 'least' : 'most'} ${bound}`;
    return { found: `has ${value.length} entries`, wanted, choices: [] };
  }
  if (issue.origin === 'string') {
    const characters = `at ${least ? 'least' : 'most'} ${bound} characters`;
    const wanted = value === '' ? '' : `it must have ${characters}`;
    return { found: value === '' ? 'is empty' : found, wanted, choices: [] };
  }
  const inclusive = least ? 'at least' : 'at most';
  const exclusive = least ? 'above' : 'below';
  return { found, wanted: `it must be ${issue.inclusive ? inclusive : exclusive} ${bound}`, choices: [] };
}

function chosen(found: string, choices: readonly string[]): Expectation {
  return {
    found,
    wanted: choices.length === 1 ? `it must be ${choices[0]}` : `it must be one of ${choices.join(', ')}`,
    choices,
  };
}

function remedyFor(value: unknown, choices: readonly string[]): string | undefined {
  const nearest = typeof value === 'string' ? nearestName(value, choices) : undefined;
  return nearest === undefined ? undefined : `Did you mean ${nearest}?`;
}

function isListExpected(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.expected === 'array';
}

/** A text with commas, as the list that was probably meant. */
function asList(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_REMEDY) return undefined;
  return `Write it as [${value
    .split(',')
    .map((entry) => entry.trim())
    .join(', ')}].`;
}

function typeName(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    int: 'a whole number',
    number: 'a finite number',
    string: 'text',
    boolean: 'true or false',
    array: 'a list',
    tuple: 'a list',
    object: 'a group of settings',
    record: 'a group of settings',
  };
  return Object.hasOwn(names, expected) ? names[expected] : `of type ${expected}`;
}

function isIndexed(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null;
}
