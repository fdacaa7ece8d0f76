import { Command } from 'commander';
import { deploymentOptions, withDeployment } from '#cli/deployment/with-deployment.ts';
import { placeOption } from '#cli/options/place-option.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import type { Terminal } from '#cli/terminal.ts';
import type { DeploymentOptions } from '#run/deployment/deployment-address.ts';
import { startFunctionWorkers } from '#run/hosts/function-workers.ts';
import { ConfigError } from '#shared/errors.ts';
import { absoluteReference } from '#shared/plugins/absolute-reference.ts';
import { FilePlugins } from '#shared/plugins/file-plugins.ts';
import { isPluginReference, type PluginReference, parseReference } from '#shared/plugins/plugin-reference.ts';
import { byQueue, FUNCTION_NAMES, QUEUES, type QueueName } from '#shared/protocol/functions.ts';
import { reportEvent } from '#shared/protocol/log-events.ts';

interface WorkerCommandOptions extends DeploymentOptions {
  readonly only?: readonly string[];
  readonly devices: string;
  readonly policy?: string;
  readonly channel?: string;
  readonly optimizer?: string;
}

/** Longest wait of a receive [s]. Short, so that a worker ends soon after a signal. */
const WAIT_SECONDS = 2;
/** Time [s] until a killed worker's messages are visible again. A running worker extends it. */
const VISIBILITY_SECONDS = 20;

/** `airtune worker`: runs a deployment's functions as consumers in this process, until a signal ends it. */
export function workerCommand(terminal: Terminal): Command {
  const command = new Command('worker')
    .option('--only <function>', 'scheduler, device or encoder; may be given several times', repeatable)
    .option('--devices <n>', 'device messages handled at once', String(QUEUES.device.consumers))
    .addOption(
      placeOption('--policy <file>', 'where the policy plug-in of the runs is, if not at their own path'),
    )
    .addOption(placeOption('--channel <file>', 'the same for a channel plug-in'))
    .addOption(placeOption('--optimizer <file>', 'the same for an optimiser plug-in'));
  return deploymentOptions(command).action(async (options: WorkerCommandOptions) => {
    const consumers = consumersOf(options);
    const plugins = new FilePlugins({ instead: modulesOf(options) });
    const log = (line: string): void => {
      terminal.stdout.write(`${line}\n`);
    };
    await withDeployment(options, terminal, log, async (ports) => {
      const told = new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) terminal.once(signal, () => resolve());
      });
      const workers = startFunctionWorkers({
        ports,
        plugins,
        consumers,
        waitSeconds: WAIT_SECONDS,
        visibilitySeconds: VISIBILITY_SECONDS,
      });
      reportEvent(ports.telemetry, 'worker-ready', consumers);
      try {
        await Promise.race([told, workers.ended]);
      } finally {
        await workers.stop();
        await plugins.close();
      }
    });
  });
}

/** The modules that the options name, by kind of plug-in. @throws ConfigError for anything else */
function modulesOf(options: WorkerCommandOptions): Readonly<Record<string, PluginReference | undefined>> {
  const module = (kind: 'policy' | 'channel' | 'optimizer'): PluginReference | undefined => {
    const given = options[kind];
    if (given === undefined) return undefined;
    const reference = absoluteReference(given, '.', () => false);
    if (isPluginReference(reference) && parseReference(reference).kind === 'module') return reference;
    throw new ConfigError(`${JSON.stringify(given)} is no .ts or .js file.`, { subject: `--${kind}` });
  };
  return { policy: module('policy'), channel: module('channel'), optimizer: module('optimizer') };
}

function consumersOf({ only, devices }: WorkerCommandOptions): Readonly<Record<QueueName, number>> {
  const chosen = only ?? FUNCTION_NAMES;
  const unknown = chosen.find((name) => !FUNCTION_NAMES.some((known) => known === name));
  if (unknown !== undefined) {
    throw new ConfigError(`there is no function ${JSON.stringify(unknown)}.`, {
      subject: '--only',
      remedy: `Use ${FUNCTION_NAMES.join(', ')}.`,
    });
  }
  const deviceConsumers = Number(devices);
  if (!Number.isSafeInteger(deviceConsumers) || deviceConsumers < 1 || deviceConsumers > 64) {
    throw new ConfigError(`${JSON.stringify(devices)} is not a number from 1 to 64.`, {
      subject: '--devices',
      remedy: 'Give as many as the machine has room for.',
    });
  }
  return byQueue((queue) => {
    if (!chosen.includes(QUEUES[queue].function)) return 0;
    return queue === 'device' ? deviceConsumers : QUEUES[queue].consumers;
  });
}
