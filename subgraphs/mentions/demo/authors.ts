import type { Chance } from './chance.ts';

export interface Author {
  handle: string;
  name: string;
  weight: number;
}

const FIRST = [
  'Mira',
  'Jonas',
  'Tomás',
  'Aiko',
  'Chloé',
  'Ravi',
  'Nora',
  'Luca',
  'Zanele',
  'Piotr',
  'Inês',
  'Omar',
  'Freya',
  'Hugo',
  'Lin',
  'Sofía',
];
const LAST = [
  'Keller',
  'Okafor',
  'Marin',
  'Tanaka',
  'Dubois',
  'Berg',
  'Novak',
  'Silva',
  'Haddad',
  'Lund',
  'Rossi',
  'Moreau',
];

/** Invented people, a few of whom write a lot. */
export function inventedAuthors(chance: Chance, count: number): Author[] {
  return Array.from({ length: count }, (_, index) => {
    const [first, last] = [chance.pick(FIRST), chance.pick(LAST)];
    const plain = `${first}_${last}`
      .normalize('NFD')
      .replaceAll(/[^A-Za-z_]/g, '')
      .toLowerCase();
    return { handle: `${plain.slice(0, 16)}${index}`, name: `${first} ${last}`, weight: 1 / (index + 3) };
  });
}
