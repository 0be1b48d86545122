import { resolvers as access } from './access/access.resolvers.ts';
import { resolvers as apiKeys } from './api-keys/api-keys.resolvers.ts';
import { resolvers as assignments } from './assignments/assignments.resolvers.ts';
import { resolvers as audit } from './audit/audit.resolvers.ts';
import { auditDenials } from './audit/denials.service.ts';
import { resolvers as factors } from './factors/factors.resolvers.ts';
import { resolvers as flagDefinitions } from './flags/definitions.resolvers.ts';
import { resolvers as flags } from './flags/flags.resolvers.ts';
import { resolvers as featureOverrides } from './flags/overrides.resolvers.ts';
import { resolvers as groups } from './groups/groups.resolvers.ts';
import { resolvers as invitations } from './invitations/invitations.resolvers.ts';
import { resolvers as members } from './members/members.resolvers.ts';
import { resolvers as passwords } from './passwords/passwords.resolvers.ts';
import { resolvers as permissions } from './permissions/permissions.resolvers.ts';
import { resolvers as platform } from './platform/platform.resolvers.ts';
import { resolvers as roles } from './roles/roles.resolvers.ts';
import { resolvers as securityPolicy } from './security-policy/security-policy.resolvers.ts';
import { resolvers as sessionAdministration } from './sessions/administration.resolvers.ts';
import { resolvers as sessions } from './sessions/sessions.resolvers.ts';
import { resolvers as switchTenant } from './sessions/switch-tenant.resolvers.ts';
import { resolvers as tenants } from './tenants/tenants.resolvers.ts';
import { resolvers as viewer } from './viewer/viewer.resolvers.ts';
import type { Feature } from '@chorus/shared/subgraph-schema.ts';

const file = (path: string) => new URL(path, import.meta.url);

/** Everything this subgraph offers; a new feature is one line here. */
export const features: Feature[] = [
  { sdl: file('schema.graphql') },
  { sdl: file('tenants/tenants.graphql'), resolvers: tenants },
  { sdl: file('members/members.graphql'), resolvers: members },
  { sdl: file('permissions/permissions.graphql'), resolvers: permissions },
  { sdl: file('roles/roles.graphql'), resolvers: roles },
  { sdl: file('groups/groups.graphql'), resolvers: groups },
  { sdl: file('assignments/assignments.graphql'), resolvers: assignments },
  { sdl: file('access/access.graphql'), resolvers: access },
  { sdl: file('viewer/viewer.graphql'), resolvers: viewer },
  { sdl: file('api-keys/api-keys.graphql'), resolvers: apiKeys },
  {
    sdl: file('platform/platform.graphql'),
    resolvers: platform,
    publicFields: ['staffSignIn'],
    harmless: ['staffSignIn'],
  },
  { sdl: file('flags/flags.graphql'), resolvers: flags },
  { sdl: file('flags/overrides.graphql'), resolvers: featureOverrides },
  { sdl: file('flags/definitions.graphql'), resolvers: flagDefinitions },
  { sdl: file('audit/audit.graphql'), resolvers: audit, settle: auditDenials },
  { sdl: file('sessions/administration.graphql'), resolvers: sessionAdministration },
  { sdl: file('sessions/switch-tenant.graphql'), resolvers: switchTenant, harmless: ['switchTenant'] },
  { sdl: file('security-policy/security-policy.graphql'), resolvers: securityPolicy },
  {
    sdl: file('factors/factors.graphql'),
    resolvers: factors,
    publicFields: ['enrolTotp', 'confirmTotp'],
  },
  {
    sdl: file('invitations/invitations.graphql'),
    resolvers: invitations,
    publicFields: ['acceptInvitation'],
  },
  {
    sdl: file('passwords/passwords.graphql'),
    resolvers: passwords,
    publicFields: ['requestPasswordReset', 'resetPassword'],
    harmless: ['requestPasswordReset'],
  },
  {
    sdl: file('sessions/sessions.graphql'),
    resolvers: sessions,
    publicFields: ['signIn', 'completeMfa', 'refreshSession', 'signOut'],
    harmless: ['signIn', 'completeMfa', 'stepUp', 'refreshSession', 'signOut'],
  },
];
