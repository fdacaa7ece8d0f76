import type { Figure } from '#report/content/figures.ts';
import type { ReportContent } from '#report/content/report-content.ts';
import type { PageState } from './page-state.ts';

/** The page's switches: x axis of line charts, amounts or shares of stacked bars, and groups to show. */
export function fillControls(
  element: HTMLElement,
  content: ReportContent,
  figures: readonly Figure[],
  state: PageState,
  changed: () => void,
): void {
  const sets: HTMLElement[] = [];
  const axes = new Map(
    figures
      .flatMap((figure) => (figure.kind === 'lines' && figure.x.length > 1 ? figure.x : []))
      .map((axis) => [axis.id, axis.id]),
  );
  if (axes.size > 1) {
    const chosen = state.axis ?? [...axes.keys()][0];
    sets.push(
      choices('x axis', 'axis', [...axes.keys()], chosen, (id) => {
        state.axis = id;
        changed();
      }),
    );
  }
  if (figures.some((figure) => figure.kind === 'bars' && figure.parts.length > 1)) {
    sets.push(
      choices('Bars', 'bars', ['amounts', 'shares'], state.shares ? 'shares' : 'amounts', (id) => {
        state.shares = id === 'shares';
        changed();
      }),
    );
  }
  const groups = [...new Set(figures.flatMap(groupsOf))];
  if (groups.length > 1) {
    sets.push(
      fieldset(
        content.groupName ?? 'Policy',
        groups.map((group) =>
          labelled('checkbox', 'group', group, !state.hidden.has(group), (checked) => {
            if (checked) state.hidden.delete(group);
            else state.hidden.add(group);
            changed();
          }),
        ),
      ),
    );
  }
  element.replaceChildren(...sets);
}

function groupsOf(figure: Figure): readonly string[] {
  const members = membersOf(figure);
  return members.flatMap(({ group }) => (group === undefined ? [] : [group]));
}

function membersOf(figure: Figure): readonly { readonly group?: string }[] {
  switch (figure.kind) {
    case 'lines':
      return figure.series;
    case 'bars':
      return figure.bars;
    case 'boxes':
      return figure.boxes;
    case 'scatter':
      return figure.points;
    case 'spans':
      return [];
  }
}

function choices(
  title: string,
  name: string,
  ids: readonly string[],
  chosen: string,
  choose: (id: string) => void,
): HTMLElement {
  return fieldset(
    title,
    ids.map((id) => labelled('radio', name, id, id === chosen, () => choose(id))),
  );
}

function fieldset(title: string, labels: readonly HTMLElement[]): HTMLElement {
  const set = document.createElement('fieldset');
  const legend = document.createElement('legend');
  legend.textContent = title;
  set.append(legend, ...labels);
  return set;
}

function labelled(
  type: 'radio' | 'checkbox',
  name: string,
  text: string,
  checked: boolean,
  change: (checked: boolean) => void,
): HTMLElement {
  const label = document.createElement('label');
  const input = document.createElement('input');
  input.type = type;
  input.name = name;
  input.value = text;
  input.checked = checked;
  input.addEventListener('change', () => change(input.checked));
  label.append(input, text);
  return label;
}
