import type { ReportSection } from '#report/content/report-content.ts';
import type { Lines } from './run-lines.ts';

/** Radio delay, devices and the account of the delay budget over the rounds. */
export function radioSection(lines: Lines): ReportSection {
  return {
    title: 'Radio and devices',
    blocks: [
      ...lines(
        {
          id: 'radio-delay',
          title: 'Radio delay',
          note: "Planned transmission of the slowest device, beside the budget's long-run average and the limit that keeps it.",
        },
        { name: 'delay', unit: 's' },
        [
          { name: 'delay', value: ({ delaySeconds }) => delaySeconds },
          { name: 'budget', reference: true, value: ({ delayBudgetSeconds }) => delayBudgetSeconds },
          { name: 'limit', reference: true, value: ({ delayLimitSeconds }) => delayLimitSeconds },
        ],
      ),
      ...lines(
        { id: 'devices', title: 'Devices', note: 'Scheduled, and of these those that answered in time.' },
        { name: 'devices', unit: '', scale: 'linear' },
        [
          { name: 'scheduled', value: ({ selected }) => selected.length },
          { name: 'answered', value: ({ answered }) => answered.length },
        ],
      ),
      ...lines(
        {
          id: 'account',
          title: 'Account and virtual queue',
          note: "Delay of the rounds so far less their budgets; the paper's virtual queue starts at 0 and is never negative.",
        },
        { name: 'overdrawn', unit: 's', scale: 'linear' },
        [
          { name: 'account', value: ({ accountSeconds }) => accountSeconds },
          { name: 'virtual queue', value: ({ queueSeconds }) => queueSeconds },
        ],
      ),
    ],
  };
}
