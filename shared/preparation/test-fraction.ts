/** Fraction of the rows to test on, where nothing names test rows and no setting gives a fraction. */
export const TEST_FRACTION = 0.1;
