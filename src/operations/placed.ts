import { relative, sep } from 'node:path';
import { type FoundExport } from '../intake/find-files';
import { type FoundFile } from './operations';

/** placed reads platform and shop off a file's place in an inbox: `<inbox>/<platform>/<shop>/<file>`, either may be absent. */
export function placed(inbox: string, { path, disk }: FoundExport): FoundFile {
  const [platform, shop] = relative(inbox, disk).split(sep).slice(0, -1);
  return {
    path,
    ...(platform === undefined ? {} : { platform }),
    ...(shop === undefined ? {} : { shop }),
  };
}
