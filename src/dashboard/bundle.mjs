/** Bundles the dashboard into dist/dashboard: hashed names, and beside each file its gzip and Brotli form. */
import { build } from 'esbuild';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(here, '../../dist/dashboard');
const assets = join(out, 'assets');

await rm(out, { recursive: true, force: true });
await mkdir(assets, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ['main.tsx', 'style.css'],
  outdir: assets,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['chrome100', 'firefox100', 'safari15.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  sourcemap: false,
  metafile: true,
  legalComments: 'linked',
  define: { 'process.env.NODE_ENV': '"production"' },
});

/** The name that an entry point got. */
function nameOf(entry) {
  const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry);
  if (!found) throw new Error(`${entry} was not bundled`);
  return basename(found[0]);
}

const page = await readFile(join(here, 'index.html'), 'utf8');
await writeFile(
  join(out, 'index.html'),
  page.replace('{{script}}', nameOf('main.tsx')).replace('{{style}}', nameOf('style.css')),
);
await writeFile(join(out, 'icon.svg'), await readFile(join(here, 'icon.svg')));

const files = [
  join(out, 'index.html'),
  join(out, 'icon.svg'),
  ...(await readdir(assets)).filter((name) => /\.(js|css)$/.test(name)).map((name) => join(assets, name)),
];
for (const file of files) {
  const bytes = await readFile(file);
  await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  await writeFile(`${file}.br`, brotliCompressSync(bytes, { params: quality }));
}
