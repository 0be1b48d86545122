/** One database per subgraph, and the one through which they speak to each other. */
export const DATABASE_NAMES = ['accounts', 'mentions', 'reporting', 'billing', 'events'] as const;

export type DatabaseName = (typeof DATABASE_NAMES)[number];

/** One URL per role: `owner` migrates, `app` serves behind row-level security, `worker` bypasses it. */
export interface DatabaseUrl {
  owner: string;
  app: string;
  worker: string;
}

export type DatabaseUrls = Record<DatabaseName, DatabaseUrl>;

/** The environment variable that names an external database by the URL of its owner. */
export const databaseVariable = (name: DatabaseName) => `${name.toUpperCase()}_DATABASE_URL`;

/** The roles of one database; they are cluster-wide, so their names carry the database's logical name. */
export const roleNames = (name: DatabaseName) => ({
  owner: `chorus_${name}_owner`,
  app: `chorus_${name}_app`,
  worker: `chorus_${name}_worker`,
});
