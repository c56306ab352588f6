import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** packageRoot is the folder of package.json, whether this runs compiled or not: .sql files stay where they are written. */
export function packageRoot(from: string = __dirname): string {
  return existsSync(join(from, 'package.json')) ? from : packageRoot(dirname(from));
}
