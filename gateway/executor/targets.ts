import { isData, own, type Data } from '../data.ts';

export type Path = readonly (string | number)[];

/** The objects at a path; `@` stands for all items of a list. What is null or missing on the way has none. */
export function targetsAt(data: Data, path: readonly string[]): Data[] {
  const targets: Data[] = [];
  collect(data, path, 0, targets);
  return targets;
}

function collect(value: unknown, path: readonly string[], at: number, targets: Data[]): void {
  let here = value;
  for (let index = at; index < path.length; index += 1) {
    const step = path[index] as string;
    if (step === '@') {
      if (Array.isArray(here)) for (const item of here) collect(item, path, index + 1, targets);
      return;
    }
    if (!isData(here)) return;
    here = own(here, step);
  }
  if (isData(here)) targets.push(here);
}

/** All places at which the objects at a path stand. */
export function placesAt(data: Data, path: readonly string[]): Map<Data, Path[]> {
  const places = new Map<Data, Path[]>();
  const walk = (value: unknown, at: number, place: Path): void => {
    const step = path[at];
    if (step === '@') {
      if (Array.isArray(value)) value.forEach((item, index) => walk(item, at + 1, [...place, index]));
    } else if (!isData(value)) return;
    else if (step !== undefined) walk(own(value, step), at + 1, [...place, step]);
    else if (!places.get(value)?.push(place)) places.set(value, [place]);
  };
  walk(data, 0, []);
  return places;
}
