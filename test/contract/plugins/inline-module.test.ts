import * as z from 'zod';
import { openInlineModule } from '#shared/plugins/inline-module.ts';
import { openPluginContract } from './open-plugin.contract.ts';

const plugin = (rest: object) => ({ default: { interfaceVersion: 1, name: 'sample', ...rest } });

const MODULES: Readonly<Record<string, unknown>> = {
  good: plugin({
    settings: z.object({ factor: z.number().default(2) }),
    plan: (round: { value: number }, { factor }: { factor: number }) => ({ value: round.value * factor }),
  }),
  throws: plugin({
    plan: () => {
      throw new Error('out of ideas');
    },
  }),
  hangs: plugin({ plan: () => new Promise(() => {}) }),
  version: plugin({ interfaceVersion: 99, plan: () => {} }),
};

openPluginContract(
  "in its caller's program",
  { good: 'good', throws: 'throws', hangs: 'hangs', version: 'version' },
  (sample, opening) => openInlineModule(MODULES[sample], opening),
);
