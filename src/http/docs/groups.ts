import { type AnyRoute } from '../route';

/** Group is a part of the API that belongs together, as the navigation of its documentation shows it. */
export interface Group {
  readonly title: string;
  readonly about: string;
  readonly routes: readonly AnyRoute[];
}

/** By the first part of the path behind /v1. */
const GROUPS: readonly (Pick<Group, 'title' | 'about'> & { readonly of: readonly string[] })[] = [
  {
    title: 'Figures',
    about: 'What was sold, how it grows, how fast parcels go, and where the year stands against its goals.',
    of: ['totals', 'growth', 'logistics', 'pace', 'goals'],
  },
  {
    title: 'Data',
    about: 'What the figures rest on: days that are in, files, and the rows behind a figure.',
    of: ['completeness', 'files', 'explain', 'nights', 'queue'],
  },
  { title: 'Alerts', about: 'What the bureau was told, and what is kept quiet.', of: ['alerts'] },
  {
    title: 'Access',
    about: 'Sessions of browsers, accounts, tokens of programs, and who read and changed what.',
    of: ['session', 'tokens', 'users', 'audit', 'setup'],
  },
];

const partOf = ({ path }: AnyRoute): string => path.split('/')[2] ?? '';

/** groupsOf puts every route into its group; what belongs to none comes last. */
export function groupsOf(routes: readonly AnyRoute[]): Group[] {
  const known = GROUPS.map(({ of, ...group }) => ({
    ...group,
    routes: of.flatMap((part) => routes.filter((route) => partOf(route) === part)),
  }));
  const placed = new Set(known.flatMap((group) => group.routes));
  const rest = routes.filter((route) => !placed.has(route));
  const service = { title: 'Service', about: 'Whether it is there.', routes: rest };
  return [...known, ...(rest.length === 0 ? [] : [service])];
}

/** anchorOf names a route's place in the page. */
export const anchorOf = ({ method, path }: AnyRoute): string =>
  `${method}${path}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
