/** The place of a mark, from the parameters that ECharts gives to formatters and listeners. */
export function markPlace(
  parameters: unknown,
): { readonly seriesIndex: number; readonly dataIndex: number } | undefined {
  if (typeof parameters !== 'object' || parameters === null) return undefined;
  const { seriesIndex, dataIndex } = { seriesIndex: undefined, dataIndex: undefined, ...parameters };
  return typeof seriesIndex === 'number' && typeof dataIndex === 'number'
    ? { seriesIndex, dataIndex }
    : undefined;
}
