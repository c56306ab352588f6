/** Kept remembers what was worked out for as long as the data does not change, and works out nothing twice at once. */
export interface Kept<T> {
  /** of gives what is under a key, from `make` when it is not kept. */
  of(version: string, key: string, make: () => Promise<T>): Promise<T>;
}

/** keptUpTo keeps as much of what was wanted last as has the size `most`. */
export function keptUpTo<T>(most: number, sizeOf: (value: T) => number): Kept<T> {
  const entries = new Map<string, { readonly value: Promise<T>; size: number }>();
  let size = 0;
  let kept = '';
  const drop = (key: string): void => {
    size -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  };
  return {
    of: (version, key, make) => {
      if (version !== kept) {
        entries.clear();
        size = 0;
        kept = version;
      }
      const known = entries.get(key);
      if (known) {
        entries.delete(key);
        entries.set(key, known);
        return known.value;
      }
      const entry = { value: make(), size: 0 };
      entries.set(key, entry);
      entry.value.then(
        (value) => {
          if (entries.get(key) !== entry) return;
          entry.size = sizeOf(value);
          size += entry.size;
          for (const oldest of entries.keys()) {
            if (size <= most) break;
            drop(oldest);
          }
        },
        () => {
          if (entries.get(key) === entry) entries.delete(key);
        },
      );
      return entry.value;
    },
  };
}
