// Your own loop: draws the channel of each round, plans the round, and updates the virtual queue.
import { channelOfRound, drawScenario, nextChannelRound, parseChannel, radioChannel } from 'airtune/channel';
import { planRound } from 'airtune/scheduling';

const scenario = drawScenario(parseChannel({ bandwidthHz: 10e6 }), 7, 20);
const delayBudgetSeconds = 0.5;
let channel = channelOfRound(scenario, 0);
let queueSeconds = 0;
let totalSeconds = 0;
for (let round = 0; round < 100; round++) {
  const problem = {
    ...radioChannel(scenario, channel),
    payloadBits: 4e6,
    delayBudgetSeconds,
    controlV: 0.01,
    queueSeconds,
  };
  const plan = planRound('exact', problem, { seed: 7, round, deviceCount: 10 });
  queueSeconds = plan.nextQueueSeconds;
  totalSeconds += plan.delaySeconds;
  if (round % 20 === 19) {
    const mean = totalSeconds / (round + 1);
    console.log(
      `after ${round + 1} rounds: mean delay ${mean.toFixed(3)} s, queue ${queueSeconds.toFixed(3)} s`,
    );
  }
  channel = nextChannelRound(scenario, channel);
}
