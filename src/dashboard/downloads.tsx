import { useEffect, useState } from 'preact/hooks';
import { askFile, type Trouble, troubleOf } from './api';
import { Problem } from './parts';
import { language, t } from './settings';

const FORMATS = [
  ['xlsx', 'Excel'],
  ['csv', 'CSV'],
  ['parquet', 'Parquet'],
] as const;

/** Downloads gives the whole of a table as a file; `path` is what was asked of the API for it. */
export function Downloads({ path }: { readonly path: string }) {
  const [underWay, setUnderWay] = useState('');
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => setTrouble(null), [path]);
  const words = t.value.totals;
  const fetchFile = (file: string, name: string): void => {
    setUnderWay(name);
    setTrouble(null);
    askFile(file)
      .then(save, (error: unknown) => setTrouble(troubleOf(error)))
      .finally(() => setUnderWay(''));
  };
  return (
    <>
      <p class="downloads">
        <span class="quiet">{words.download}</span>
        {FORMATS.map(([format, name]) => {
          const file = `${path}${path.includes('?') ? '&' : '?'}format=${format}&language=${language.value}`;
          return (
            <a
              key={format}
              href={`/v1${file}`}
              download
              aria-disabled={underWay !== ''}
              onClick={(event) => {
                // Followed as a link, it would leave no word on the page when there is no file.
                event.preventDefault();
                if (underWay === '') fetchFile(file, name);
              }}
            >
              {name}
            </a>
          );
        })}
        <span role="status" class="quiet">
          {underWay !== '' && words.downloading(underWay)}
        </span>
      </p>
      {trouble !== null && <Problem trouble={trouble} />}
    </>
  );
}

/** Browsers begin to read what they save after the click. */
const SAVED_AFTER_MS = 60_000;

function save(file: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVED_AFTER_MS);
}
