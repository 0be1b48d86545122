import type { Scope } from '../context.ts';
import { verifyPiece, type VerifiedPiece } from './verify.queries.ts';

const PIECE = 5_000;

/** The first event of a log that is not as it was written. */
export interface BrokenEvent {
  sequence: number;
  /** Null for one that is missing. */
  eventId: string | null;
  problem: string;
}

export interface Verification {
  checked: number;
  broken: BrokenEvent | undefined;
}

/** Recomputes a tenant's log from its first event to its head, without holding more than a piece of it. */
export async function verifyChain(
  scope: Scope,
  onProgress: (checked: number) => void = () => undefined,
  most = PIECE,
): Promise<Verification> {
  let checked = 0;
  let behind: Pick<VerifiedPiece, 'sequence' | 'hash'> = { sequence: 0, hash: '' };
  for (;;) {
    const { problem, eventId, ...piece } = await verifyPiece(scope, behind, most);
    checked += piece.checked;
    if (problem !== null) return { checked, broken: { sequence: piece.sequence, eventId, problem } };
    if (piece.checked < most) return { checked, broken: undefined };
    behind = piece;
    onProgress(checked);
  }
}
