import { type AnyRoute } from '../route';
import { accountRoutes } from './accounts';
import { alertRoutes } from './alerts';
import { completenessRoutes } from './completeness';
import { explainRoutes } from './explain';
import { fileRoutes } from './files';
import { goalRoutes } from './goals';
import { growthRoutes } from './growth';
import { healthRoutes } from './health';
import { logisticsRoutes } from './logistics';
import { nightRoutes } from './nights';
import { paceRoutes } from './pace';
import { queueRoutes } from './queue';
import { sessionRoutes } from './session';
import { totalsRoutes } from './totals';

/** ROUTES is the route table: all that can be asked, by whom, and what is answered. A new route joins by one line here. */
export const ROUTES: readonly AnyRoute[] = [
  ...healthRoutes,
  ...sessionRoutes,
  ...totalsRoutes,
  ...growthRoutes,
  ...logisticsRoutes,
  ...paceRoutes,
  ...goalRoutes,
  ...completenessRoutes,
  ...fileRoutes,
  ...explainRoutes,
  ...alertRoutes,
  ...nightRoutes,
  ...queueRoutes,
  ...accountRoutes,
];
