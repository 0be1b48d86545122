/** A credential the gateway did not believe; event `credential.refused`, without the credential. */
export interface CredentialRefused {
  kind: 'session' | 'api-key';
  /** Not of the form at all, nobody's, or over. */
  reason: 'malformed' | 'unknown' | 'ended';
  /** The id of the session or key, where the credential named one. */
  target?: string;
  /** How many more from that address within the second this stands for. */
  more?: number;
  origin: { requestId: string; clientAddress: string; userAgent?: string };
}
