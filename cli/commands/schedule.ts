import { Command } from 'commander';
import { placeArgument, placeOption } from '#cli/options/place-option.ts';
import { warning } from '#cli/print/notice.ts';
import { printWidth } from '#cli/print/width.ts';
import { parseRound, readRoundText } from '#cli/schedule/read-round.ts';
import { type GivenConstants, theoremTerms } from '#cli/schedule/theorem-terms.ts';
import type { Terminal } from '#cli/terminal.ts';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { absoluteReference } from '#shared/plugins/absolute-reference.ts';
import { isPluginReference } from '#shared/plugins/plugin-reference.ts';
import type { DeviceFacts, FactName, RoundContext } from '#shared/scheduling/context/round-context.ts';
import { participationFactor } from '#shared/scheduling/convergence-bound.ts';
import type { RoundPlan } from '#shared/scheduling/plan-round.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import {
  isPolicyName,
  POLICIES,
  POLICY_NAMES,
  type PolicyName,
} from '#shared/scheduling/policies/registry.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { roundWarnings } from '#shared/scheduling/round-warnings.ts';

interface ScheduleOptions {
  readonly policy: string;
  readonly seed: string;
  readonly round: string;
  readonly devicesPerRound: string;
  readonly theorem?: string;
}

/**
 * `airtune schedule`: reads one round as JSON and prints its plan. The parts that few calls need (plug-ins,
 * tables, constants) are imported when they are used: a start takes little more time than that of Node.
 */
export function scheduleCommand(terminal: Terminal): Command {
  return new Command('schedule')
    .addArgument(
      placeArgument(
        '<round.json>',
        'the round as JSON, as `airtune channel` prints it; - reads standard input',
      ),
    )
    .option('--policy <name>', `${POLICY_NAMES.join(', ')}, or all; ./mine.ts is one of your own`, 'exact')
    .option('--seed <n>', 'of the policies that draw', '1')
    .option('--round <n>', 'index of the round, for policies that draw or take turns', '0')
    .option('--devices-per-round <k>', 'how many devices the policies of a fixed number take', '10')
    .addOption(
      placeOption(
        '--theorem <file>',
        'constants of Theorem 1 as JSON or YAML, to print its terms for each plan',
      ),
    )
    .addHelpText('after', policiesHelp())
    .action(async (path: string, options: ScheduleOptions) => {
      const named = absoluteReference(options.policy, '.', (name) => name === 'all' || isPolicyName(name));
      const policies = isPluginReference(named) ? [] : policiesOf(named);
      const subject = path === '-' ? 'standard input' : path;
      const { problem, facts, warnings } = parseRound(await readRoundText(path, terminal.stdin), subject);
      const context: RoundContext = {
        seed: wholeNumber('--seed', options.seed),
        round: wholeNumber('--round', options.round),
        deviceCount: wholeNumber('--devices-per-round', options.devicesPerRound),
        facts,
      };
      const constants =
        options.theorem === undefined
          ? undefined
          : await (await import('#cli/schedule/theorem-constants.ts')).readConstants(options.theorem);
      const possible =
        options.policy === 'all' ? policies.filter((policy) => hasFacts(policy, facts)) : policies;
      for (const policy of policies.filter((name) => !possible.includes(name))) {
        const missing = missingFacts(policy, facts).join(', ');
        terminal.stderr.write(warning(`left out ${policy}, which needs ${missing} of each device.`));
      }
      const plans = isPluginReference(named)
        ? [await (await import('#cli/schedule/plan-by-plugin.ts')).planByPlugin(named, problem, context)]
        : possible.map((policy) => planRound(policy, problem, context));
      for (const text of [...warnings, ...roundWarnings(problem)]) terminal.stderr.write(warning(text));
      const { stdout } = terminal;
      if (options.policy === 'all' && stdout.isTTY) {
        const { planTable } = await import('#cli/schedule/plan-table.ts');
        stdout.write(`${planTable(plans, printWidth(stdout, terminal.env))}\n`);
        return;
      }
      const printed = plans.map((plan) => printable(plan, problem, constants));
      const output = options.policy === 'all' ? printed : printed[0];
      stdout.write(`${JSON.stringify(output, undefined, 2)}\n`);
    });
}

function policiesOf(name: string): readonly PolicyName[] {
  if (name === 'all') return POLICY_NAMES;
  const policy = POLICY_NAMES.find((known) => known === name);
  if (policy !== undefined) return [policy];
  const nearest = nearestName(name, [...POLICY_NAMES, 'all']);
  throw new ConfigError(`there is no policy ${JSON.stringify(name)}.`, {
    subject: '--policy',
    remedy:
      nearest === undefined ? `Give one of ${POLICY_NAMES.join(', ')}, or all.` : `Did you mean ${nearest}?`,
  });
}

function wholeNumber(option: string, given: string): number {
  const value = Number(given);
  if (given.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ConfigError(`is ${JSON.stringify(given)}.`, {
    subject: option,
    remedy: 'Give a whole number of 0 or more.',
  });
}

/** Help text: every policy, its description and the facts it needs. */
function policiesHelp(): string {
  const lines = POLICY_NAMES.map((name) => {
    const { summary, needs = [] } = POLICIES[name];
    const facts = needs.length === 0 ? '' : ` (needs ${needs.join(', ')} of each device)`;
    return `  ${name}\n      ${summary}${facts}`;
  });
  return `\nPolicies:\n${lines.join('\n')}\n`;
}

function missingFacts(policy: PolicyName, facts: DeviceFacts): readonly FactName[] {
  return (POLICIES[policy].needs ?? []).filter((name) => facts[name] === undefined);
}

function hasFacts(policy: PolicyName, facts: DeviceFacts): boolean {
  return missingFacts(policy, facts).length === 0;
}

/** The plan as JSON: bandwidths by device index, and the terms of Theorem 1 if constants are given. */
function printable(plan: RoundPlan, { channelGain }: RoundProblem, constants: GivenConstants | undefined) {
  const { policy, selected, delaySeconds, objective, nextQueueSeconds, certificate } = plan;
  return {
    policy,
    selected,
    delaySeconds,
    bandwidthHz: Object.fromEntries(selected.map((device, index) => [device, plan.bandwidthHz[index]])),
    objective,
    nextQueueSeconds,
    ...(plan.weights === undefined ? {} : { weights: plan.weights }),
    participationFactor:
      selected.length === 0 ? null : participationFactor(selected.length, channelGain.length),
    ...(constants === undefined
      ? {}
      : { theorem1: theoremTerms(constants, selected.length, channelGain.length) }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
