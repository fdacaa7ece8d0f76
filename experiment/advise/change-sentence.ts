import type { AdvisedChange } from '#shared/protocol/advice-result.ts';
import type { Estimate } from '#shared/protocol/experiment-result.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import type { Knob } from './knob.ts';
import type { PointFigures } from './point-figures.ts';

/** Relative differences below this count as none. */
const NO_DIFFERENCE = 0.002;

/** The effect of a change on time, cost and the learning in a round, in one sentence. */
export function changeSentence(
  knob: Pick<Knob, 'subject' | 'altersLearning'>,
  settings: StudySettings,
  change: Pick<
    AdvisedChange,
    'savedSecondsPerRound' | 'savedUsdPerRound' | 'answeredPerRound' | 'sameLearning'
  >,
  before: PointFigures,
): string {
  const { savedSecondsPerRound, savedUsdPerRound } = change;
  const subject = knob.subject(settings);
  const time = part(savedSecondsPerRound, before.secondsPerRound, ['shorter', 'longer']);
  const cost = part(savedUsdPerRound, before.usdPerRound, ['cheaper', 'dearer']);
  const learning = change.sameLearning ? '' : learningNote(knob.altersLearning, change, before);
  if (time === undefined && cost === undefined) return `${subject} changes neither time nor cost${learning}.`;
  const seconds =
    time === undefined
      ? 'is as long as before'
      : `is ${time} (${shortSeconds(before.secondsPerRound - savedSecondsPerRound.mean)} instead of ${shortSeconds(before.secondsPerRound)}${interval(savedSecondsPerRound)})`;
  const dollars = cost === undefined ? 'costs the same' : `is ${cost}`;
  return `${subject}: a round ${seconds} and ${dollars}${learning}.`;
}

function learningNote(
  reason: string | undefined,
  { answeredPerRound }: Pick<AdvisedChange, 'answeredPerRound'>,
  before: PointFigures,
): string {
  const devices = `${answeredPerRound.toFixed(1)} devices answer in place of ${before.answeredPerRound.toFixed(1)}`;
  const changed = answeredPerRound === before.answeredPerRound ? reason : devices;
  return `; ${changed}, so training may need another number of rounds`;
}

/** A saving as `12 % shorter`; undefined for no difference. */
function part(
  { mean }: Estimate,
  before: number,
  [less, more]: readonly [string, string],
): string | undefined {
  const share = before === 0 ? 0 : mean / before;
  if (Math.abs(share) < NO_DIFFERENCE) return undefined;
  return `${percentOf(Math.abs(share))} ${share > 0 ? less : more}`;
}

function percentOf(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** What is saved or lost, with the interval; an interval that holds 0 shows neither. */
function interval({ low, high }: Estimate): string {
  if (low === null || high === null) return '';
  if (low > 0) return `; saves ${shortSeconds(low)} to ${shortSeconds(high)}`;
  if (high < 0) return `; loses ${shortSeconds(-high)} to ${shortSeconds(-low)}`;
  return `; between ${shortSeconds(-low)} lost and ${shortSeconds(high)} saved`;
}

function shortSeconds(seconds: number): string {
  return `${Number(seconds.toPrecision(4))} s`;
}
