/** A fenced block of code in a page. */
export interface CodeBlock {
  readonly language: string;
  /** The rest of the fence's line, such as `run` in ```` ```sh run ````. */
  readonly info: string;
  readonly text: string;
  /** Number of the first line inside the fence, from 1. */
  readonly line: number;
}

/** A `sh` block of a page, and what its commands print according to the page. */
export interface CommandBlock {
  /** Each with its continuation lines and its comment. */
  readonly commands: readonly string[];
  /** Lines of the `text` block that follows directly. Their numbers are those of an example. */
  readonly output: readonly string[];
}

export function codeBlocks(page: string): readonly CodeBlock[] {
  return [...page.matchAll(/^```(\w*) *(.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1],
    info: match[2],
    text: match[3],
    line: page.slice(0, match.index).split('\n').length + 1,
  }));
}

/** The `sh` blocks of a page, without those of recipes (```` ```sh run ````). */
export function commandBlocks(page: string): readonly CommandBlock[] {
  const blocks = codeBlocks(page);
  return blocks.flatMap(({ language, info, text, line }, index) => {
    if (language !== 'sh' || info !== '') return [];
    const next = blocks.at(index + 1);
    const end = line + text.split('\n').length;
    const follows = next?.language === 'text' && next.line === end + 2;
    return [{ commands: commandsIn(text), output: follows ? next.text.trimEnd().split('\n') : [] }];
  });
}

/** Commands after the prompts (`$ `) of the `console` blocks of a page, which show what was printed once. */
export function recordedCommands(page: string): readonly string[] {
  return codeBlocks(page)
    .filter(({ language }) => language === 'console')
    .flatMap(({ text }) => [...text.matchAll(/^\$ (.*)$/gm)].map(([, command]) => command));
}

/** A command without its comment, on one line. */
export function bareCommand(command: string): string {
  return command
    .replaceAll(/ \\\n\s*/g, ' ')
    .replace(/(^|\s)#.*$/, '')
    .trim();
}

/** A line of output with every number replaced, for comparison with another run's line. */
export function withoutNumbers(line: string): string {
  return line
    .trim()
    .replaceAll(/\d[\d,.]*\d|\d/g, '#')
    .replaceAll(/\s+/g, ' ');
}

function commandsIn(text: string): readonly string[] {
  return text
    .replaceAll(/ \\\n/g, ' \\\u0000')
    .trimEnd()
    .split('\n')
    .map((line) => line.replaceAll('\u0000', '\n'));
}

/** Programs of this project that the code of a page names: scripts of `package.json`, and files. */
export function namedPrograms(page: string): {
  readonly scripts: readonly string[];
  readonly files: readonly string[];
} {
  const code = [...page.matchAll(/`[^`\n]+`/g)]
    .map(([span]) => span)
    .concat(codeBlocks(page).map(({ text }) => text));
  const all = (pattern: RegExp): string[] =>
    code.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name));
  return {
    scripts: all(/\bnpm run (?:--silent )?([\w:]+)/g),
    files: all(/\b(?:node|python3?) ((?:\w[\w-]*\/)+[\w-]+\.(?:ts|py|mts))/g),
  };
}

/** One call of `airtune` in a text: the command and the options it gives. */
export interface CommandCall {
  readonly command: string;
  readonly options: readonly string[];
}

/**
 * Every call of `airtune` in the code of a page: fenced blocks, and code within lines that begins with
 * `airtune` or `npx airtune`.
 */
export function airtuneCalls(page: string): readonly CommandCall[] {
  const blocks = page.replaceAll(/ \\\n\s*/g, ' ').split('\n');
  let fenced = false;
  const lines = blocks.flatMap((line) => {
    if (line.startsWith('```')) fenced = !fenced;
    if (fenced) return [line];
    return [...line.matchAll(/`((?:npx )?airtune [^`]+)`/g)].map(([, code]) => code);
  });
  return lines.flatMap((line) =>
    line
      .replace(/\s#.*$/, '')
      .split(/\||&&|<\(|\$\(/)
      .flatMap((part) => {
        const [, rest] = /^\s*(?:\w+=\S+\s+)*(?:npx )?airtune ((?:.|\n)+)$/.exec(part) ?? [];
        if (rest === undefined) return [];
        const words = rest.trim().split(/\s+/);
        const command = words.find((word) => /^[a-z][a-z-]*$/.test(word));
        const options = words
          .filter((word) => /^--[a-z]/.test(word))
          .map((word) => word.replace(/[^a-z-].*$/, ''));
        return command === undefined ? [] : [{ command, options }];
      }),
  );
}
