/** What a block of shell commands may need that a test does not have. Such a block is not run. */
export const NEEDS = ['aws', 'checkout', 'endpoint', 'registry'] as const;

/** A fenced block of shell commands in a page. */
export interface ShellBlock {
  readonly script: string;
  /** From the fence: ```` ```sh needs=aws ````. Undefined for a block that runs anywhere. */
  readonly needs: string | undefined;
}

export function shellBlocks(page: string): readonly ShellBlock[] {
  return [...page.matchAll(/^```sh *(.*)\n([\s\S]*?)^```$/gm)].map(([, info, script]) => ({
    script,
    needs: /^needs=(\S+)$/.exec(info)?.[1] ?? (info === '' || info === 'run' ? undefined : info),
  }));
}

/** One call of `airtune` in a text: the command and the options it gives. */
export interface CommandCall {
  readonly command: string;
  readonly options: readonly string[];
}

/**
 * Every call of `airtune` in the code of a page: fenced blocks, blocks indented by four spaces, and code
 * within lines that begins with `airtune` or `npx airtune`.
 */
export function airtuneCalls(page: string): readonly CommandCall[] {
  const blocks = page.replaceAll(/ \\\n\s*/g, ' ').split('\n');
  let fenced = false;
  const lines = blocks.flatMap((line) => {
    if (line.startsWith('```')) fenced = !fenced;
    if (fenced || line.startsWith('    ')) return [line];
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
