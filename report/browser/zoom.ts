import type { Chart } from './charts.ts';

/** Shorter drags are clicks [CSS pixels]. */
const SHORTEST_DRAG = 8;

/** Zooms the x axis: a drag across the chart, plus and minus; double click and 0 show everything. */
export function enableZoom(element: HTMLElement, chart: Chart, speak: (text: string) => void): void {
  let range = { start: 0, end: 100 };
  const zoom = (start: number, end: number): void => {
    range = { start: Math.max(0, start), end: Math.min(100, end) };
    chart.dispatchAction({ type: 'dataZoom', dataZoomIndex: 0, ...range });
  };
  const reset = (): void => zoom(0, 100);
  element.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const middle = (range.start + range.end) / 2;
    const half = (range.end - range.start) / 2;
    if (event.key === '+' || event.key === '=') zoom(middle - half / 1.5, middle + half / 1.5);
    else if (event.key === '-') zoom(middle - half * 1.5, middle + half * 1.5);
    else if (event.key === '0') reset();
    else return;
    event.preventDefault();
    const width = range.end - range.start;
    speak(width >= 100 ? 'The whole axis.' : `${Math.round(width)} per cent of the axis.`);
  });
  element.addEventListener('dblclick', reset);
  element.addEventListener('pointerdown', (down) => {
    if (down.pointerType !== 'mouse' || down.button !== 0) return;
    const box = element.getBoundingClientRect();
    const from = down.clientX - box.left;
    const mark = document.createElement('div');
    mark.className = 'select';
    element.append(mark);
    const ends = (event: PointerEvent): readonly [number, number] => {
      const to = Math.min(box.width, Math.max(0, event.clientX - box.left));
      return [Math.min(from, to), Math.max(from, to)];
    };
    const drag = (event: PointerEvent): void => {
      const [left, right] = ends(event);
      mark.style.left = `${left}px`;
      mark.style.width = `${right - left}px`;
    };
    const release = (event: PointerEvent): void => {
      window.removeEventListener('pointermove', drag);
      window.removeEventListener('pointerup', release);
      mark.remove();
      const [left, right] = ends(event);
      if (right - left < SHORTEST_DRAG) return;
      const [startValue, endValue] = [left, right].map((at) =>
        Number(chart.convertFromPixel({ xAxisIndex: 0 }, at)),
      );
      chart.dispatchAction({ type: 'dataZoom', dataZoomIndex: 0, startValue, endValue });
    };
    window.addEventListener('pointermove', drag);
    window.addEventListener('pointerup', release);
  });
}
