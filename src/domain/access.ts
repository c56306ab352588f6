import { terminal } from '../errors';
import { DIMENSIONS, type Dimension, type DimensionFilter } from './measures';

/** What an account may do, each role what the ones before it may: read figures; read files and rows; decide and administer. */
export const ROLES = ['viewer', 'analyst', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** mayActAs says whether a role includes another. */
export function mayActAs(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

/** lesserRole is the one of two roles that may do less. */
export function lesserRole(a: Role, b: Role): Role {
  return mayActAs(a, b) ? b : a;
}

/** Dimensions that shops do not have: an account is limited to shops, which its files and days then follow. */
const NOT_OF_SHOPS: readonly string[] = ['day', 'month', 'province'];

/** The dimensions by whose values an account can be limited. */
export const LIMIT_DIMENSIONS: readonly Dimension[] = DIMENSIONS.filter((name) => !NOT_OF_SHOPS.includes(name));

/** Limit is what an account sees of the region: the shops with these values. Without any it sees everything. */
export type Limit = DimensionFilter;

/** isLimited says whether an account sees less than everything. */
export function isLimited(limit: Limit): boolean {
  return Object.keys(limit).length > 0;
}

/** Account is a person or a program that may sign in. */
export interface Account {
  readonly name: string;
  readonly role: Role;
  readonly limit: Limit;
}

/** AccountChange is an account, or what of it is changed. */
interface AccountChange {
  readonly name: string;
  readonly role?: Role | undefined;
  readonly limit?: Limit | undefined;
  readonly password?: string | undefined;
}

/** accountText says what an account is or becomes, for a log: `bao: viewer, league=包头市, new password`. */
export function accountText({ name, role, limit, password }: AccountChange): string {
  const parts = Object.entries(limit ?? {}).map(([dimension, value]) => `${dimension}=${value}`);
  const seen = limit === undefined ? [] : [isLimited(limit) ? parts.join(' ') : 'whole region'];
  const said = [...(role === undefined ? [] : [role]), ...seen, ...(password === undefined ? [] : ['new password'])];
  return `${name}: ${said.join(', ')}`;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;
/** By length alone (NIST SP 800-63B): rules about kinds of characters make passwords worse. */
export const PASSWORD_LENGTH = { least: 12, most: 256 } as const;

/** checkName @throws PipelineError `usage` for a name that an account cannot have */
export function checkName(name: string): string {
  if (NAME.test(name)) return name;
  throw terminal(
    'usage',
    `"${name.slice(0, 80)}" is no name for an account`,
    'Letters, digits, dot, dash, underscore, @; up to 64.',
    { parameter: 'name' },
  );
}

/** checkPassword @throws PipelineError `usage` for a password that is too short, or longer than anybody types */
export function checkPassword(password: string): string {
  if (password.length >= PASSWORD_LENGTH.least && password.length <= PASSWORD_LENGTH.most) return password;
  const { least, most } = PASSWORD_LENGTH;
  throw terminal('usage', `a password has ${least} to ${most} characters`, '', { parameter: 'password' });
}
