/**
 * Spectral efficiency of a link from its load: the only transcendental equation of the project.
 *
 * A device with received power over noise density gamma [Hz] and bandwidth B [Hz] sends
 *
 *     R = B * log2(1 + gamma/B)  bit/s,      or   c = R * ln 2 = B * ln(1 + gamma/B)  nat/s.              (1)
 *
 * To move L bits in D seconds it needs c = L * ln 2 / D. With the signal-to-noise ratio u = gamma/B, (1)
 * becomes
 *
 *     ln(1 + u) = a * u,     a = c / gamma.                                                               (2)
 *
 * Since ln(1 + u) < u, a root exists only for a < 1: no bandwidth carries gamma nat/s or more.
 *
 * Lambert's W. Write (2) as 1 + u = exp(a*u), put y = -a*(1 + u), hence a*u = -y - a, and multiply by -a:
 *
 *     y = -a * exp(-a) * exp(-y)     =>     y * exp(y) = -a * exp(-a)     =>     y = W(-a * exp(-a)).     (3)
 *
 * The principal branch gives y = -a, that is u = 0, the trivial root of (2). The lower branch gives the other
 * root:
 *
 *     u = -(W_-1(-a*exp(-a)) + a) / a,     B = gamma/u = -c / (W_-1(-a*exp(-a)) + a)     (Lemma 3).       (4)
 *
 * (4) is not evaluated directly: for a -> 1 the sum W_-1 + a cancels every digit (W_-1 -> -1), and for a -> 0
 * the argument underflows. With the spectral efficiency s = ln(1 + u) [nat/s/Hz], (2) becomes
 *
 *     s = ln(1 + s/a),     B = c / s,                                                                     (5)
 *
 * which has no cancellation, no branches and no exponential. One step from a good initial value solves it.
 */

/** Below this value of 1 - a the power series is used, because (5) would lose digits there. */
const SERIES_BELOW = 0.12;

/**
 * s as a power series in t = -ln a. (5) means t = ln((exp(s) - 1)/s) = s/2 + s^2/24 - s^4/2880 + ...; the
 * series here is the inverse of that one. The nearest singularity lies beyond |t| = 3; at t = 0.128 the first
 * neglected term is below 1e-17 of s.
 */
const SERIES = [
  2,
  -1 / 3,
  1 / 9,
  -19 / 540,
  17 / 1620,
  -0.0028659611992945325,
  0.0006731334509112287,
  -0.00011304624730550656,
  -8.845559257081891e-7,
  1.1676839266002503e-5,
  -6.476459473879292e-6,
  2.406485551952815e-6,
] as const;

function seriesInLogLoad(t: number): number {
  let sum = 0;
  for (let power = SERIES.length - 1; power >= 0; power--) sum = sum * t + SERIES[power];
  return sum * t;
}

/**
 * Spectral efficiency s = ln(1 + SNR) [nat/s/Hz] of a link: the positive root of s = ln(1 + s/load). Relative
 * error below 2e-15.
 *
 * @param load a = c/gamma, in (0, 1): the rate as a fraction of the limit for infinite bandwidth
 * @param slack 1 - a; a separate parameter because near a = 1 a caller knows it to more digits than 1 - load
 *   has
 */
export function spectralEfficiency(load: number, slack: number): number {
  if (slack < SERIES_BELOW) return seriesInLogLoad(-Math.log1p(-slack));
  const s = firstGuess(-Math.log(load));
  // One step of Householder's third-order method on h(s) = s - ln(1 + s/a). The remaining error is of the
  // order of the fourth power of the initial one.
  const z = load + s;
  const d = z - 1;
  const h = s - Math.log(1 + s / load);
  // h' = d/z, h'' = 1/z^2, h''' = -2/z^3, all multiplied by z^3.
  return s - (3 * h * z * (2 * d * d - h)) / (6 * d * d * d - 6 * h * d - 2 * h * h);
}

/**
 * Initial value of s, with a relative error of 8e-5 for every t = -ln a from the end of the series to the
 * least normal number. To leading order (5) is s = t + ln s; t + ln(1 + t) is accurate to 3.5 %. The rest is
 * a fit in x = ln(1 + t) and w = 1/(1 + t).
 */
function firstGuess(t: number): number {
  const x = Math.log(1 + t);
  const w = 1 / (1 + t);
  return t + x + x * x * w * (0.0048447 * x * x + w * (0.172565 + x * (0.230249 + x * 0.299547)));
}

/**
 * dB/dc, the bandwidth that one more nat/s costs [Hz s/nat]. From B = c/s and (1) it is
 *
 *     1 / (ln(1 + u) - u/(1 + u)) = (a + s) / (s * (s - (1 - a))),     u = s/a.
 *
 * The second form has no cancellation: s tends to 2*(1 - a) as a tends to 1.
 */
export function marginalBandwidth(s: number, load: number, slack: number): number {
  return (load + s) / (s * (s - slack));
}

/** Below this signal-to-noise ratio, 1 - ln(1 + u)/u is summed as a power series. */
const SMALL_SNR = 1e-2;

/** 1 - ln(1 + u)/u, computed without cancellation: the slack 1 - a of a link with signal-to-noise ratio u. */
export function slackOfSnr(u: number): number {
  if (u >= SMALL_SNR) return 1 - Math.log1p(u) / u;
  let sum = 0;
  for (let power = 9; power >= 2; power--) sum = 1 / power - u * sum;
  return u * sum;
}
