/** What the API says of an amount; `amount` and `minorUnits` are the same number. */
export interface Money {
  amount: string;
  currency: string;
  minorUnits: bigint;
}

/** ISO 4217 currencies that do not have two decimals. */
const DECIMALS: Readonly<Record<string, number>> = {
  ...of(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...of(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...of(4, 'CLF UYW'),
};

function of(decimals: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, decimals]));
}

/** Whole numbers all the way, so that no amount is ever rounded. */
export function money(minorUnits: bigint, currency: string): Money {
  return { amount: amount(minorUnits, DECIMALS[currency] ?? 2), currency, minorUnits };
}

function amount(minorUnits: bigint, decimals: number): string {
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits).toString().padStart(decimals + 1, '0');
  const sign = minorUnits < 0n ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
