import { STAGES, type Stage } from '#shared/protocol/stages.ts';
import type { Column } from './table.ts';

/** One column of seconds for each stage. */
export function stageColumns<Row>(
  nameOf: (stage: string) => string,
  descriptionOf: (stage: Stage) => string,
  seconds: (row: Row, stage: Stage) => number | null,
): readonly Column<Row>[] {
  return STAGES.map((stage) => ({
    name: nameOf(snakeCase(stage)),
    type: 'number',
    description: descriptionOf(stage),
    value: (row) => seconds(row, stage),
  }));
}

/** `uplinkEmbeddings` as `uplink_embeddings`. */
function snakeCase(stage: Stage): string {
  return stage.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
