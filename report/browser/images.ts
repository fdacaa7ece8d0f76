import type { View } from '#report/charts/drawing.ts';
import { drawingOf } from '#report/charts/drawing-of.ts';
import type { Figure } from '#report/content/figures.ts';
import { standaloneSvg } from '#report/export/standalone-svg.ts';
import { detachedChart } from './charts.ts';

/** Size of exported images [pixels]: a column of a paper or a slide. */
const IMAGE_WIDTH = 760;
/** Pixels of a PNG for each CSS pixel. */
const PIXEL_RATIO = 3;

/** The figure as an image that stands alone: light, with title and legend. */
export function svgOf(figure: Figure, view: View): string {
  return imageOf(figure, view).svg;
}

export async function pngOf(figure: Figure, view: View): Promise<Blob> {
  const { svg, width, height } = imageOf(figure, view);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * PIXEL_RATIO;
  canvas.height = height * PIXEL_RATIO;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('The image is too large.')) : resolve(blob)),
      'image/png',
    );
  });
}

function imageOf(figure: Figure, view: View): { svg: string; width: number; height: number } {
  const drawing = drawingOf(figure, { ...view, theme: 'light', width: IMAGE_WIDTH, alone: true });
  const chart = detachedChart(IMAGE_WIDTH, drawing.height);
  try {
    chart.setOption(drawing.option);
    return standaloneSvg(figure.title, chart.renderToSVGString(), IMAGE_WIDTH, drawing);
  } finally {
    chart.dispose();
  }
}
