/** One step of a recipe in CONTRIBUTING.md, from a fenced block's first line. */
export type RecipeStep =
  | { readonly kind: 'new'; readonly file: string; readonly text: string }
  | {
      readonly kind: 'insert';
      readonly file: string;
      readonly where: 'before' | 'after';
      readonly line: string;
      readonly text: string;
    }
  | { readonly kind: 'replace'; readonly file: string; readonly found: string; readonly text: string }
  | { readonly kind: 'run'; readonly script: string };

export interface Recipe {
  readonly title: string;
  readonly steps: readonly RecipeStep[];
}

const FENCE = /^```(ts|sh) (.+)\n([\s\S]*?)^```$/gm;

/** The recipes of a Markdown text: the sections of the third level that have steps. Throws for a step of unknown form. */
export function recipesOf(markdown: string): readonly Recipe[] {
  return markdown
    .split(/^### /m)
    .slice(1)
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      steps: [...section.matchAll(FENCE)].map(([, , head, text]) => stepOf(head, text)),
    }));
}

function stepOf(head: string, text: string): RecipeStep {
  if (head === 'run') return { kind: 'run', script: text };
  const created = /^new (\S+)$/.exec(head);
  if (created !== null) return { kind: 'new', file: created[1], text };
  const inserted = /^insert (\S+) (before|after) "(.+)"$/.exec(head);
  if (inserted !== null) {
    const where = inserted[2] === 'before' ? 'before' : 'after';
    return { kind: 'insert', file: inserted[1], where, line: inserted[3], text };
  }
  const replaced = /^replace (\S+) "(.+)" with$/.exec(head);
  if (replaced !== null) {
    return { kind: 'replace', file: replaced[1], found: replaced[2], text: text.replace(/\n$/, '') };
  }
  throw new Error(`no such step of a recipe: ${head}`);
}

/** A file's text after a step. Throws when the step's place is not found exactly once. */
export function appliedTo(before: string, step: Extract<RecipeStep, { kind: 'insert' | 'replace' }>): string {
  if (step.kind === 'replace') {
    if (before.split(step.found).length !== 2)
      throw new Error(`${step.file} must hold ${step.found} exactly once`);
    return before.replace(step.found, () => step.text);
  }
  const lines = before.split('\n');
  const places = lines.flatMap((line, index) => (line.startsWith(step.line) ? [index] : []));
  if (places.length !== 1) {
    throw new Error(`${step.file} has ${places.length} lines that begin with ${step.line}, not one`);
  }
  const at = step.where === 'before' ? places[0] : places[0] + 1;
  return [...lines.slice(0, at), step.text.replace(/\n$/, ''), ...lines.slice(at)].join('\n');
}
