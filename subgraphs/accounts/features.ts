import type { Feature } from '@chorus/shared/subgraph-schema.ts';
import { resolvers as audit } from './audit/audit.resolvers.ts';
import { resolvers as invitations } from './invitations/invitations.resolvers.ts';
import { resolvers as members } from './members/members.resolvers.ts';
import { resolvers as passwords } from './passwords/passwords.resolvers.ts';
import { resolvers as sessions } from './sessions/sessions.resolvers.ts';
import { resolvers as tenants } from './tenants/tenants.resolvers.ts';
import { resolvers as viewer } from './viewer/viewer.resolvers.ts';

const file = (path: string) => new URL(path, import.meta.url);

/** Everything this subgraph offers; a new feature is one line here. */
export const features: Feature[] = [
  { sdl: file('schema.graphql') },
  { sdl: file('tenants/tenants.graphql'), resolvers: tenants },
  { sdl: file('members/members.graphql'), resolvers: members },
  { sdl: file('viewer/viewer.graphql'), resolvers: viewer },
  { sdl: file('audit/audit.graphql'), resolvers: audit },
  {
    sdl: file('invitations/invitations.graphql'),
    resolvers: invitations,
    publicFields: ['acceptInvitation'],
  },
  {
    sdl: file('passwords/passwords.graphql'),
    resolvers: passwords,
    publicFields: ['requestPasswordReset', 'resetPassword'],
  },
  {
    sdl: file('sessions/sessions.graphql'),
    resolvers: sessions,
    publicFields: ['signIn', 'completeMfa', 'refreshSession', 'signOut'],
  },
];
