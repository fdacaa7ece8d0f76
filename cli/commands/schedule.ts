import { Command } from 'commander';
import { placeArgument } from '#cli/options/place-option.ts';
import { warning } from '#cli/print/notice.ts';
import { printWidth } from '#cli/print/table.ts';
import type { CommandStreams } from '#cli/schedule/command-streams.ts';
import { planTable } from '#cli/schedule/plan-table.ts';
import { parseRound, readRoundText } from '#cli/schedule/read-round.ts';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import type { RoundPlan } from '#shared/scheduling/plan-round.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { POLICY_NAMES, type PolicyName } from '#shared/scheduling/policies/registry.ts';
import type { PolicyContext } from '#shared/scheduling/policies/scheduling-policy.ts';
import { roundWarnings } from '#shared/scheduling/round-warnings.ts';

interface ScheduleOptions {
  readonly policy: string;
  readonly seed: string;
  readonly round: string;
  readonly devicesPerRound: string;
}

/** `airtune schedule`: one round in, the plan out, as JSON. */
export function scheduleCommand(streams: CommandStreams = process): Command {
  return new Command('schedule')
    .description(
      'plan one round: who sends, with how much of the band; JSON, or for all policies a table in a terminal',
    )
    .addArgument(
      placeArgument(
        '<round.json>',
        'the round as JSON, as `airtune channel` prints it; - reads standard input',
      ),
    )
    .option('--policy <name>', `${POLICY_NAMES.join(', ')}, or all`, 'exact')
    .option('--seed <n>', 'of the policy random', '1')
    .option('--round <n>', 'index of the round, for random and round-robin', '0')
    .option('--devices-per-round <k>', 'how many devices random and round-robin take', '10')
    .action(async (path: string, options: ScheduleOptions) => {
      const policies = policiesOf(options.policy);
      const context: PolicyContext = {
        seed: wholeNumber('--seed', options.seed),
        round: wholeNumber('--round', options.round),
        deviceCount: wholeNumber('--devices-per-round', options.devicesPerRound),
      };
      const subject = path === '-' ? 'standard input' : path;
      const { problem, warnings } = parseRound(await readRoundText(path, streams.stdin), subject);
      const plans = policies.map((policy) => planRound(policy, problem, context));
      for (const text of [...warnings, ...roundWarnings(problem)]) streams.stderr.write(warning(text));
      const { stdout } = streams;
      if (options.policy === 'all' && stdout.isTTY) {
        stdout.write(`${planTable(plans, printWidth(stdout, process.env))}\n`);
        return;
      }
      const output = options.policy === 'all' ? plans.map(printable) : printable(plans[0]);
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

/** The plan with its bandwidths under their devices' indices. */
function printable(plan: RoundPlan) {
  const { policy, selected, delaySeconds, objective, nextQueueSeconds, certificate } = plan;
  return {
    policy,
    selected,
    delaySeconds,
    bandwidthHz: Object.fromEntries(selected.map((device, index) => [device, plan.bandwidthHz[index]])),
    objective,
    nextQueueSeconds,
    ...(certificate === undefined ? {} : { certificate }),
  };
}
