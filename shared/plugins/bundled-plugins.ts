import { PluginError } from '#shared/errors.ts';
import { deployRemedy } from './deploy-remedy.ts';
import { openInlineModule } from './inline-module.ts';
import type { OpenPlugin, PluginOpening } from './open-plugin.ts';
import type { PluginHost } from './plugin-host.ts';

/** A plug-in that a function was deployed with. */
export interface DeployedModule {
  /** Word of its kind, such as `policy`. */
  readonly kind: string;
  /** Hash of the plug-in's files when it was deployed. */
  readonly sha256: string;
}

/** A plug-in that is part of a deployed function. */
export interface BundledPlugin extends DeployedModule {
  /** The exports of its module. */
  readonly exports: unknown;
}

/** The plug-ins that were built into this function. */
export function bundledPlugins(plugins: readonly BundledPlugin[]): PluginHost {
  return deployedPlugins(plugins, ({ exports }, opening) => openInlineModule(exports, opening));
}

/** The plug-ins that a function was deployed with, found by the hash in the run's record. */
export function deployedPlugins<Deployed extends DeployedModule>(
  plugins: readonly Deployed[],
  open: (deployed: Deployed, opening: PluginOpening) => Promise<OpenPlugin>,
): PluginHost {
  return {
    async open(contract, record, timeoutSeconds) {
      const { kind } = contract;
      const subject = `${kind.word} ${record.name}`;
      const deployed = plugins.find((one) => one.kind === kind.word && one.sha256 === record.sha256);
      if (deployed === undefined) {
        throw new PluginError(`differs from the ${kind.word} that was deployed.`, {
          subject,
          ...deployRemedy(contract, record),
        });
      }
      const plugin = await open(deployed, {
        kind,
        subject,
        settings: record.settings,
        loadTimeoutSeconds: timeoutSeconds,
        timeoutSeconds,
        log: () => {},
      });
      return { record, subject, call: (args, place) => plugin.call(args, place) };
    },
  };
}
