/** KeptAnswers remembers answers for as long as the data does not change, and works out none twice at once. */
export interface KeptAnswers {
  /** of gives the answer under a key, from `make` when it is not kept. */
  of(version: string, key: string, make: () => Promise<string>): Promise<string>;
}

const MOST_BYTES = 64 * 2 ** 20;

/** keptAnswers keeps as many of the latest answers as memory is set aside for. */
export function keptAnswers(mostBytes: number = MOST_BYTES): KeptAnswers {
  const answers = new Map<string, { readonly answer: Promise<string>; bytes: number }>();
  let bytes = 0;
  let kept = '';
  const drop = (key: string): void => {
    bytes -= answers.get(key)?.bytes ?? 0;
    answers.delete(key);
  };
  return {
    of: (version, key, make) => {
      if (version !== kept) {
        answers.clear();
        bytes = 0;
        kept = version;
      }
      const known = answers.get(key);
      if (known) {
        answers.delete(key);
        answers.set(key, known);
        return known.answer;
      }
      const entry = { answer: make(), bytes: 0 };
      answers.set(key, entry);
      entry.answer.then(
        (text) => {
          if (answers.get(key) !== entry) return;
          entry.bytes = text.length;
          bytes += text.length;
          for (const oldest of answers.keys()) {
            if (bytes <= mostBytes) break;
            drop(oldest);
          }
        },
        () => {
          if (answers.get(key) === entry) answers.delete(key);
        },
      );
      return entry.answer;
    },
  };
}
