import { language, t } from './settings';

const FORMATS = [
  ['xlsx', 'Excel'],
  ['csv', 'CSV'],
  ['parquet', 'Parquet'],
] as const;

/** Downloads links to the whole of a table as a file; `path` is what was asked of the API for it. */
export function Downloads({ path }: { readonly path: string }) {
  const start = `/v1${path}${path.includes('?') ? '&' : '?'}`;
  return (
    <p class="downloads">
      <span class="quiet">{t.value.totals.download}</span>
      {FORMATS.map(([format, name]) => (
        <a key={format} href={`${start}format=${format}&language=${language.value}`} download>
          {name}
        </a>
      ))}
    </p>
  );
}
