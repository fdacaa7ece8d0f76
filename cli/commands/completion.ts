import { Command } from 'commander';
import { completedCommands } from '#cli/completion/completed-command.ts';
import { completionScript, SHELLS } from '#cli/completion/completion-scripts.ts';
import type { Terminal } from '#cli/terminal.ts';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';

/** `airtune completion SHELL`: prints a script for the completion of commands, options and settings. */
export function completionCommand(
  terminal: Terminal,
  allCommands: () => Promise<readonly Command[]>,
): Command {
  return new Command('completion').argument('<shell>', SHELLS.join(', ')).action(async (named: string) => {
    const shell = SHELLS.find((known) => known === named);
    if (shell === undefined) {
      const nearest = nearestName(named, SHELLS);
      throw new ConfigError(`there is no script for ${JSON.stringify(named)}.`, {
        remedy: nearest === undefined ? `Use ${SHELLS.join(', ')}.` : `Did you mean ${nearest}?`,
      });
    }
    terminal.stdout.write(completionScript(shell, completedCommands(await allCommands())));
  });
}
