import { type Fingerprint, takeFingerprint } from '../intake/fingerprint';
import { type OperationSettings } from './context';

/** A file with its fingerprint, which may still be on its way. */
export interface FileAhead {
  readonly path: string;
  readonly fingerprint: Promise<Fingerprint>;
}

/**
 * ReadAhead takes the fingerprints of files in their order: the first at once, while the store is opened, and each
 * other while the one before it is loaded.
 */
export class ReadAhead {
  private next: FileAhead | null;

  constructor(
    readonly paths: readonly string[],
    private readonly settings: Pick<OperationSettings, 'archivePassword'>,
  ) {
    this.next = this.begin(0);
  }

  *[Symbol.iterator](): Generator<FileAhead> {
    for (let index = 0; this.next; index += 1) {
      const file = this.next;
      this.next = this.begin(index + 1);
      yield file;
    }
  }

  private begin(index: number): FileAhead | null {
    const path = this.paths[index];
    if (path === undefined) return null;
    const fingerprint = takeFingerprint(path, { password: this.settings.archivePassword });
    // What is wrong with a file is told when its turn comes.
    fingerprint.catch(() => undefined);
    return { path, fingerprint };
  }
}
