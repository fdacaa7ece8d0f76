import { Command } from 'commander';
import { costTable } from '#cli/cost/cost-table.ts';
import { settingsHelpOption } from '#cli/help/settings-help.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import { noticesOf } from '#cli/print/notice.ts';
import { paragraph } from '#cli/print/paragraph.ts';
import { printWidth } from '#cli/print/width.ts';
import { parseAssignment } from '#cli/settings/read-settings.ts';
import { resolveRun, type SettingOptions } from '#cli/settings/run-settings.ts';
import { settingOptions } from '#cli/settings/setting-options.ts';
import { unusedNotice } from '#cli/settings/unused-notice.ts';
import type { Terminal } from '#cli/terminal.ts';
import {
  type CloudParameters,
  cloudParameters,
  DEFAULT_PARAMETERS,
} from '#emulator/parameters/cloud-parameters.ts';
import { billOf } from '#emulator/services/prices/bill.ts';
import { estimateUsage, estimateUsageByPlugins, type UsageEstimate } from '#run/cost/estimate-usage.ts';
import { describePlugins } from '#run/execute/run-plugins.ts';
import { findData } from '#run/model/data-source.ts';
import { exampleCache } from '#run/model/file-example-cache.ts';
import { findModel } from '#run/model/model-source.ts';
import { mergeSettings, type RawSettings } from '#shared/config/merge-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { type RunConfig, runConfigSchema } from '#shared/config/run-config.ts';
import { exampleCount } from '#shared/data/example-set.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { readModelConfig } from '#shared/model/hugging-face/model-directory.ts';
import { FilePlugins } from '#shared/plugins/file-plugins.ts';
import type { ExampleCache } from '#shared/preparation/encoded-examples.ts';
import { loadExamples } from '#shared/preparation/load-examples.ts';
import { openPointPlugins } from '#study/plugins/study-plugins.ts';

interface CostOptions extends SettingOptions {
  readonly cloud?: readonly string[];
  readonly json?: boolean;
}

/** `airtune cost`: estimates the cost of a run on AWS, line by line, without a deployment. */
export function costCommand(terminal: Terminal): Command {
  const command = new Command('cost');
  return settingsHelpOption(settingOptions(command), runConfigSchema, terminal)
    .option(
      '--cloud <path=value>',
      'any parameter of the cloud and its prices, as prices.containerPerHour=0.75; may be given several times',
      repeatable,
    )
    .option('--json', 'print usage and cost as JSON')
    .action(async (options: CostOptions) => {
      const { config: settings, unused } = await resolveRun(options);
      unusedNotice('cost', unused, (text) => terminal.stderr.write(text));
      const { directory } = await findModel(settings.model.directory, terminal.env, noticesOf(terminal));
      const data = await findData(settings.data, terminal.env, noticesOf(terminal));
      const config = { ...settings, data, model: { ...settings.model, directory } };
      const assignments = await Promise.all((options.cloud ?? []).map(parseAssignment));
      const assigned = assignments.reduce<RawSettings>(mergeSettings, {});
      const cloud = parseStrict(cloudParameters, assigned, '--cloud');
      const model = await readModelConfig(directory, settings.model.imageSize);
      const estimate = await withPlugins((host) =>
        usageEstimate(config, model, cloud, { host, cache: exampleCache(terminal.env) }),
      );
      const { usage, rounds, modelledRounds, secondsPerRound, devicesPerRound } = estimate;
      if (options.json) {
        terminal.stdout.write(`${JSON.stringify({ ...estimate, bill: billOf(usage, cloud.prices) })}\n`);
        return;
      }
      const width = printWidth(terminal.stdout, terminal.env);
      const modelled =
        modelledRounds < rounds ? ` (${modelledRounds} modelled, the others taken to be like them)` : '';
      const facts = `${rounds} rounds of ${devicesPerRound.toFixed(1)} out of ${config.training.devices} devices, ${secondsPerRound.toFixed(2)} s each${modelled}`;
      const notes = [
        `Prices and latencies: ${DEFAULT_PARAMETERS}; without free tiers.`,
        'Storage, logs and metrics are not counted; they are small beside these.',
      ];
      terminal.stdout.write(
        `${[
          paragraph(facts, width),
          costTable(usage, cloud.prices, rounds, width),
          ...notes.map((note) => paragraph(note, width)),
        ].join('\n')}\n`,
      );
    });
}

/** The estimated usage of a run with these settings, whose plug-ins are opened as a run opens them. */
async function usageEstimate(
  config: RunConfig,
  model: ModelConfig,
  cloud: CloudParameters,
  { host, cache }: { readonly host: FilePlugins; readonly cache: ExampleCache },
): Promise<UsageEstimate> {
  const records = await describePlugins(config, { target: 'embedded' }, host);
  const { train } = await loadExamples(config, model, { plugins: { records, host }, cache });
  const plugins = await openPointPlugins(records, config, host);
  const examples = exampleCount(train);
  return plugins === undefined
    ? estimateUsage(config, model, examples, cloud)
    : estimateUsageByPlugins(config, model, examples, cloud, plugins);
}

async function withPlugins<T>(task: (host: FilePlugins) => Promise<T>): Promise<T> {
  const host = new FilePlugins();
  try {
    return await task(host);
  } finally {
    await host.close();
  }
}
