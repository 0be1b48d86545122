import type { ApolloServerPlugin } from '@apollo/server';

/** What a gateway should know of an answer to keep it. */
export interface Kept {
  /** Goes with all that is kept for the tenant of the caller; undefined for callers without one. */
  tag: string | undefined;
  /** Whether a mutation changed what is kept. */
  isChanged: boolean;
}

/**
 * Tells the gateway by which tag it finds again what it keeps of an answer, and after a mutation to forget what has that tag. Of a
 * change by somebody without a tenant nothing is said, because it may be about any.
 */
export const cacheTagsTold = <C extends object>(kept: (context: C) => Kept): ApolloServerPlugin<C> => ({
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response: { body }, operation, contextValue }) => {
        const told = body.kind === 'single' && operation && toldOf(operation.operation, kept(contextValue));
        if (told && body.kind === 'single')
          body.singleResult.extensions = { ...body.singleResult.extensions, ...told };
        return Promise.resolve();
      },
    }),
});

function toldOf(operation: string, { tag, isChanged }: Kept): Record<string, string[]> | undefined {
  const tags = tag === undefined ? [] : [tag];
  if (operation !== 'mutation') return tags.length === 0 ? undefined : { apolloCacheTags: tags };
  if (!isChanged) return { invalidatedCacheTags: [] };
  return tags.length === 0 ? undefined : { invalidatedCacheTags: tags };
}
