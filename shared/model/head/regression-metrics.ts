export interface RegressionMetrics {
  /** Mean squared error. */
  readonly squaredError: number;
  /** Pearson's correlation of predictions and scores; 0 where one of them is constant. */
  readonly pearson: number;
  /** Spearman's correlation: Pearson's of the ranks, where equal values share their mean rank. */
  readonly spearman: number;
}

/** Compares predicted with true scores, at least one of each. */
export function regressionMetrics(predicted: Float64Array, scores: Float64Array): RegressionMetrics {
  let squares = 0;
  predicted.forEach((value, row) => {
    squares += (value - scores[row]) ** 2;
  });
  return {
    squaredError: squares / scores.length,
    pearson: correlation(predicted, scores),
    spearman: correlation(ranks(predicted), ranks(scores)),
  };
}

function correlation(left: Float64Array, right: Float64Array): number {
  const [leftMean, rightMean] = [left, right].map((values) => mean(values));
  let both = 0;
  let ofLeft = 0;
  let ofRight = 0;
  left.forEach((value, row) => {
    both += (value - leftMean) * (right[row] - rightMean);
    ofLeft += (value - leftMean) ** 2;
    ofRight += (right[row] - rightMean) ** 2;
  });
  const spread = Math.sqrt(ofLeft * ofRight);
  // Rounding may take the quotient just past 1.
  return spread === 0 ? 0 : Math.max(-1, Math.min(1, both / spread));
}

function ranks(values: Float64Array): Float64Array {
  const order = Int32Array.from(values, (_, index) => index).sort((a, b) => values[a] - values[b]);
  const ranked = new Float64Array(values.length);
  for (let begin = 0; begin < order.length; ) {
    let end = begin + 1;
    while (end < order.length && values[order[end]] === values[order[begin]]) end++;
    for (const index of order.subarray(begin, end)) ranked[index] = (begin + end - 1) / 2;
    begin = end;
  }
  return ranked;
}

function mean(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
