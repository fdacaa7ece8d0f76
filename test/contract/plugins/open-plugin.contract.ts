import { describe, expect, test } from 'vitest';
import type { OpenPlugin, PluginOpening } from '#shared/plugins/open-plugin.ts';
import { rejectedLine } from '#test/support/thrown.ts';

/** The behaviours of a plug-in that the contract needs; each is one plug-in. */
export interface PluginSamples {
  /** Called `sample`, with a setting `factor` of 2; returns the first argument's `value` times the factor. */
  readonly good: string;
  /** Throws an error with the text `out of ideas`. */
  readonly throws: string;
  /** Never returns. */
  readonly hangs: string;
  /** Declares version 99 of the interface. */
  readonly version: string;
}

export type OpenSample = (sample: string, opening: PluginOpening) => Promise<OpenPlugin>;

const OPENING: PluginOpening = {
  kind: {
    word: 'policy',
    interfaceVersion: 1,
    method: 'plan',
    settingsPath: 'scheduling.policySettings',
    timeoutPath: 'scheduling.policyTimeoutSeconds',
  },
  subject: 'policy sample',
  settings: {},
  loadTimeoutSeconds: 60,
  timeoutSeconds: 60,
  log: () => {},
};

/** What every way to run a plug-in has to do. */
export function openPluginContract(name: string, samples: PluginSamples, open: OpenSample): void {
  describe(`a plug-in ${name}`, () => {
    test('describes itself, with complete settings', async () => {
      const plugin = await open(samples.good, OPENING);
      expect(plugin.description).toMatchObject({ name: 'sample', settings: { factor: 2 } });
      await plugin.close();
      const other = await open(samples.good, { ...OPENING, settings: { factor: 3 } });
      expect(other.description.settings).toEqual({ factor: 3 });
      await other.close();
    });

    test('answers calls in their order', async () => {
      const plugin = await open(samples.good, OPENING);
      const values = [1, 2, 3];
      const answers = values.map((value) => plugin.call([{ value }, { factor: 2 }], 'round 1'));
      expect(await Promise.all(answers)).toEqual([{ value: 2 }, { value: 4 }, { value: 6 }]);
      await plugin.close();
    });

    test('that is given an unknown setting names it', async () => {
      const line = await rejectedLine(open(samples.good, { ...OPENING, settings: { facter: 3 } }));
      expect(line).toMatch(/^policy sample: unknown setting scheduling\.policySettings\.facter; .*factor/);
    });

    test('that throws is named with the place, and answers the next call', async () => {
      const plugin = await open(samples.throws, OPENING);
      for (const place of ['round 4', 'round 5']) {
        const line = await rejectedLine(plugin.call([{ value: 1 }, {}], place));
        expect(line).toMatch(new RegExp(`^policy sample, ${place}: .*out of ideas`));
      }
      await plugin.close();
    });

    test('that never answers ends at its time limit', async () => {
      const plugin = await open(samples.hangs, { ...OPENING, timeoutSeconds: 1 });
      const line = await rejectedLine(plugin.call([{ value: 1 }, {}], 'round 2'));
      expect(line).toMatch(/^policy sample, round 2: .* within 1 s\. .*scheduling\.policyTimeoutSeconds/);
      await plugin.close();
    });

    test('of another interface version is refused', async () => {
      expect(await rejectedLine(open(samples.version, OPENING))).toMatch(
        /^policy sample: is of interface version 99; this airtune calls version 1\./,
      );
    });
  });
}
