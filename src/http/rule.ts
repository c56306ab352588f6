import { type Role } from '../domain/access';

/**
 * Rule says who may use a route. `limited` is what an account that sees a part of the region gets: `narrowed`: the figures
 * of its part; `refused`: nothing, since the answer speaks of the whole region; `unconcerned`: the same as everybody, since
 * there are no figures in it.
 */
export interface Rule {
  readonly who: 'anyone' | Role;
  readonly limited: 'narrowed' | 'refused' | 'unconcerned';
}
