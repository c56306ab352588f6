import { PipelineError } from '../errors';
import { type Context } from './context';
import { type Deployment, openContext, type OpenContext } from './open';
import { type Operations } from './operations';
import { operationsOf } from './operations-of';

/**
 * LastingStore is a store for processes that run for years: when the embedded engine has ended (killed for its memory, or
 * by hand) it is opened anew, as a command does that is run again. What was at work on it fails as transient and is done
 * again by whoever asked.
 */
export class LastingStore {
  private opened: Promise<OpenContext> | null;

  private constructor(
    private readonly deployment: Deployment,
    first: OpenContext,
  ) {
    this.opened = Promise.resolve(first);
  }

  /** open @throws PipelineError as openContext does */
  static async open(deployment: Deployment): Promise<LastingStore> {
    return new LastingStore(deployment, await openContext(deployment));
  }

  /** use gives work the store as it is open now. */
  async use<T>(work: (context: Context) => Promise<T>): Promise<T> {
    const opened = this.current();
    const context = await opened;
    try {
      return await work(context);
    } catch (error) {
      // Asked last: several fail at once, and the first of them sees to it.
      if ((await this.hasEnded(context, error)) && this.opened === opened) this.openAnew(context);
      throw error;
    }
  }

  /** close lets go of the store; nothing may be at work on it. */
  async close(): Promise<void> {
    const { opened } = this;
    this.opened = null;
    await (await opened?.catch(() => null))?.close();
  }

  private current(): Promise<OpenContext> {
    this.opened ??= this.keptIfOpen(openContext(this.deployment));
    return this.opened;
  }

  private openAnew(lost: OpenContext): void {
    this.deployment.log.warn('the engine has ended and is started again');
    this.opened = this.keptIfOpen(lost.close().then(async () => await openContext(this.deployment)));
  }

  /** What could not be opened is not kept, so that the next who asks tries again. */
  private keptIfOpen(opening: Promise<OpenContext>): Promise<OpenContext> {
    opening.catch(() => {
      if (this.opened === opening) this.opened = null;
    });
    return opening;
  }

  /** A server comes back at its address by itself, an engine of our own does not. */
  private async hasEnded({ db }: Context, error: unknown): Promise<boolean> {
    if (this.deployment.clickhouseUrl !== undefined) return false;
    if (!(error instanceof PipelineError) || error.code !== 'store-unreachable') return false;
    return !(await db.ping());
  }
}

/** lastingOperations binds the operations of a night to a store that is opened anew when it must be. */
export function lastingOperations(store: LastingStore): Operations {
  const use = async <T>(work: (operations: Operations) => Promise<T>): Promise<T> =>
    await store.use(async (context) => await work(operationsOf(context)));
  return {
    findFiles: (inbox) => use((operations) => operations.findFiles(inbox)),
    findArchived: (days) => use((operations) => operations.findArchived(days)),
    ingestFile: (file) => use((operations) => operations.ingestFile(file)),
    refreshTotals: () => use((operations) => operations.refreshTotals()),
    clearInbox: (inbox) => use((operations) => operations.clearInbox(inbox)),
    raiseAlerts: (request) => use((operations) => operations.raiseAlerts(request)),
    raiseReports: (request) => use((operations) => operations.raiseReports(request)),
    isNightDone: (due) => use((operations) => operations.isNightDone(due)),
    recordNight: (night) => use((operations) => operations.recordNight(night)),
    deliverAlert: (request) => use((operations) => operations.deliverAlert(request)),
    keepHouse: () => use((operations) => operations.keepHouse()),
  };
}
