import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Instruction {
  readonly name: string;
  readonly text: string;
}

interface BuildStage {
  readonly base: string;
  readonly alias: string;
  readonly instructions: readonly Instruction[];
}

/** Checks the encoder's Dockerfile by hadolint's rules; each claim names its rule. */
const text = readFileSync(new URL('../../../functions/encoder/Dockerfile', import.meta.url), 'utf8');
const stages = readStages(text);
const PUBLISHED = ['cpu', 'torch-cpu', 'gpu'];
/** The variants; `torch` is `torch-cpu` with variables for the host's container runtime. */
const published = stages.filter(({ alias }) => PUBLISHED.includes(alias));

function readStages(source: string): readonly BuildStage[] {
  const lines = source
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  // A base may be an argument of the build; its default is checked.
  const argumentOf = new Map<string, string>(
    lines.flatMap((line) => {
      const [, name, value] = /^ARG (\w+)=(\S+)$/.exec(line) ?? [];
      return name === undefined ? [] : [[`\${${name}}`, value] as const];
    }),
  );
  const found: { base: string; alias: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [name = '', ...rest] = line.split(/\s+/);
    const from = /^FROM (\S+) AS (\S+)$/.exec(line);
    if (from !== null)
      found.push({ base: argumentOf.get(from[1]) ?? from[1], alias: from[2], instructions: [] });
    else found.at(-1)?.instructions.push({ name, text: rest.join(' ') });
  }
  return found;
}

const all = (name: string, of: readonly BuildStage[] = stages): readonly string[] =>
  of.flatMap(({ instructions }) => instructions.filter((one) => one.name === name).map((one) => one.text));

describe('the Dockerfile', () => {
  it('gives every stage a unique name (DL3024) and a base with an exact version and a digest (DL3006, DL3007)', () => {
    const aliases = stages.map(({ alias }) => alias);
    expect(new Set(aliases).size).toBe(aliases.length);
    for (const { base } of stages) {
      expect(aliases.includes(base) || /:\d+\.\d+\.\d+-[a-z0-9.-]+@sha256:[0-9a-f]{64}$/.test(base)).toBe(
        true,
      );
    }
  });

  it('runs as a user that is not root, in every variant (DL3002)', () => {
    expect(published.map(({ alias }) => alias)).toEqual(PUBLISHED);
    expect(stages.find(({ alias }) => alias === 'torch')?.base).toBe('torch-cpu');
    for (const stage of published) expect(all('USER', [stage])).toEqual(['1000:1000']);
  });

  it('copies from its own stages only (DL3022), never adds (DL3020), works in absolute folders (DL3000)', () => {
    const aliases = stages.map(({ alias }) => alias);
    for (const [, source] of all('COPY').flatMap((copy) => [...copy.matchAll(/--from=(\S+)/g)])) {
      expect(aliases).toContain(source);
    }
    expect(all('ADD')).toEqual([]);
    for (const folder of all('WORKDIR')) expect(folder.startsWith('/')).toBe(true);
  });

  it('starts without a shell (DL3025), once a variant (DL4003, DL4004), and is watched (DL3057)', () => {
    for (const stage of published) {
      expect(all('ENTRYPOINT', [stage])).toHaveLength(1);
      expect(() => JSON.parse(all('ENTRYPOINT', [stage])[0])).not.toThrow();
      expect(all('HEALTHCHECK', [stage])).toHaveLength(1);
    }
  });

  it('needs no package manager of the system, no sudo and no secret (DL3004, DL3008, DL3015)', () => {
    expect(all('RUN').join('\n')).not.toMatch(/apt|apk|sudo|curl|wget/);
    expect([...all('ENV'), ...all('ARG')].join('\n')).not.toMatch(/KEY|TOKEN|SECRET|PASSWORD/i);
  });
});
