/** Which flags decided about requests; event `flag.evaluated` of the installation. */
export interface FlagsEvaluated {
  flags: readonly string[];
}

/** All flags the schema names that a gateway began to serve; event `flag.named` of the installation. */
export interface FlagsNamed {
  flags: readonly string[];
}
