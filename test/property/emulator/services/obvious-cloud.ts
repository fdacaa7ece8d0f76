/**
 * Parameters of a small cloud without scaling or batching window. The log depends only on which consumer
 * receives which message, and when.
 */
export interface SmallCloud {
  readonly receiveLatencyMs: number;
  readonly visibilityMs: number;
  readonly maxReceives: number;
  readonly function: {
    readonly batchSize: number;
    readonly pollers: number;
    readonly places: number;
    readonly coldStartMs: number;
    readonly invokeLatencyMs: number;
  };
  readonly container: {
    readonly replicas: number;
    readonly batchMessages: number;
    readonly batchTokens: number;
  };
}

/** A message's work: handling time, and number of receives that fail. */
export interface Job {
  readonly to: 'device' | 'encoder';
  readonly atMs: number;
  readonly tokens: number;
  readonly workMs: number;
  readonly failures: number;
}

export interface LogLine {
  readonly atMs: number;
  readonly to: Job['to'];
  readonly jobs: readonly number[];
  readonly coldStartMs: number;
}

/**
 * The event log of a cloud: when each handler began, and with which jobs. A slow reference that searches
 * lists.
 */
export function obviousLog(cloud: SmallCloud, jobs: readonly Job[]): readonly LogLine[] {
  const log: LogLine[] = [];
  const agenda: { readonly atMs: number; readonly happens: () => void }[] = [];
  let nowMs = 0;
  const at = (atMs: number, happens: () => void): void => {
    agenda.push({ atMs, happens });
  };

  const received = jobs.map(() => 0);
  const deleted = jobs.map(() => false);
  const visible: Record<Job['to'], number[]> = { device: [], encoder: [] };
  const wake: Record<Job['to'], () => void> = { device: wakePollers, encoder: wakeReplicas };
  const show = (job: number): void => {
    visible[jobs[job].to].push(job);
    wake[jobs[job].to]();
  };
  const take = (to: Job['to'], most: number): number[] => {
    const taken: number[] = [];
    while (taken.length < most && visible[to].length > 0) {
      const job = visible[to].shift() as number;
      if (received[job] >= cloud.maxReceives) continue;
      received[job]++;
      taken.push(job);
      // Failed jobs are not deleted, so they are visible again after their visibility timeout.
      at(nowMs + cloud.visibilityMs, () => {
        if (!deleted[job]) show(job);
      });
    }
    return taken;
  };
  const workMs = (batch: readonly number[]): number => batch.reduce((sum, job) => sum + jobs[job].workMs, 0);
  const settle = (batch: readonly number[]): void => {
    for (const job of batch) deleted[job] = received[job] > jobs[job].failures;
  };

  const { batchSize, pollers, places, coldStartMs, invokeLatencyMs } = cloud.function;
  let onTheirWay = 0;
  let busyPollers = 0;
  let running = 0;
  let warm = 0;
  const waiting: (readonly number[])[] = [];
  function wakePollers(): void {
    while (onTheirWay * batchSize < visible.device.length && busyPollers + onTheirWay < pollers) {
      onTheirWay++;
      at(nowMs + cloud.receiveLatencyMs, () => {
        onTheirWay--;
        const batch = take('device', batchSize);
        if (batch.length === 0) return;
        busyPollers++;
        waiting.push(batch);
        startWaiting();
        wakePollers();
      });
    }
  }
  function startWaiting(): void {
    while (waiting.length > 0 && running < places) {
      const batch = waiting.shift() as readonly number[];
      running++;
      const coldMs = warm > 0 ? 0 : coldStartMs;
      if (warm > 0) warm--;
      at(nowMs + coldMs + invokeLatencyMs, () => {
        log.push({ atMs: nowMs, to: 'device', jobs: batch, coldStartMs: coldMs });
        at(nowMs + workMs(batch), () => {
          running--;
          warm++;
          startWaiting();
          busyPollers--;
          settle(batch);
          wakePollers();
        });
      });
    }
  }

  const { replicas, batchMessages, batchTokens } = cloud.container;
  const free = Array.from({ length: replicas }, () => true);
  let receiving = 0;
  function wakeReplicas(): void {
    for (let replica = 0; replica < replicas; replica++) {
      if (receiving * batchMessages >= visible.encoder.length) return;
      if (!free[replica]) continue;
      free[replica] = false;
      receiving++;
      at(nowMs + cloud.receiveLatencyMs, () => {
        receiving--;
        const batch: number[] = [];
        const tokens = (): number => batch.reduce((sum, job) => sum + jobs[job].tokens, 0);
        while (batch.length < batchMessages && tokens() < batchTokens && visible.encoder.length > 0) {
          batch.push(...take('encoder', Math.min(10, batchMessages - batch.length)));
        }
        if (batch.length === 0) {
          free[replica] = true;
          return;
        }
        log.push({ atMs: nowMs, to: 'encoder', jobs: batch, coldStartMs: 0 });
        at(nowMs + workMs(batch), () => {
          settle(batch);
          free[replica] = true;
          wakeReplicas();
        });
        wakeReplicas();
      });
    }
  }

  jobs.forEach(({ atMs }, job) => {
    at(atMs, () => show(job));
  });
  while (agenda.length > 0) {
    const next = agenda.reduce((first, event) => (event.atMs < first.atMs ? event : first));
    agenda.splice(agenda.indexOf(next), 1);
    nowMs = next.atMs;
    next.happens();
  }
  return log;
}
