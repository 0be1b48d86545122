import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The text of a supergraph, or a function that gets it and goes on telling of newer ones, as ApolloGateway takes them. */
export type SupergraphSdl =
  | string
  | ((tools: { update: (supergraphSdl: string) => void }) => Promise<{
      supergraphSdl: string;
      cleanup?: () => Promise<void>;
    }>);

/** Keeps a text in a file until `end`, because the gateway reads and watches files. */
export async function asFile(sdl: SupergraphSdl): Promise<{ file: string; end: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-supergraph-'));
  const file = join(folder, 'supergraph.graphql');
  const update = (text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const { supergraphSdl, cleanup } =
      typeof sdl === 'string' ? { supergraphSdl: sdl } : await sdl({ update });
    update(supergraphSdl);
    return {
      file,
      end: async () => {
        await cleanup?.();
        remove();
      },
    };
  } catch (failure) {
    remove();
    throw failure;
  }
}
