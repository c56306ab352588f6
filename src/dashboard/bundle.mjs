/** Bundles the dashboard into dist/dashboard: hashed names, and beside each file its gzip and Brotli form; beside it what /docs needs. */
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
const common = {
  absWorkingDir: here,
  bundle: true,
  target: ['chrome100', 'firefox100', 'safari15.4'],
  minify: true,
  sourcemap: false,
  legalComments: 'linked',
  define: { 'process.env.NODE_ENV': '"production"' },
};
const { metafile } = await build({
  ...common,
  entryPoints: ['main.tsx', 'style.css'],
  outdir: assets,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  splitting: true,
  format: 'esm',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  metafile: true,
});
// The page of the API's documentation is written by the server, which knows these by their names.
await build({ ...common, entryPoints: ['docs/docs.ts', 'docs/docs.css'], outdir: out, format: 'iife' });

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
  ...['index.html', 'icon.svg', 'docs.js', 'docs.css'].map((name) => join(out, name)),
  ...(await readdir(assets)).filter((name) => /\.(js|css)$/.test(name)).map((name) => join(assets, name)),
];
for (const file of files) {
  const bytes = await readFile(file);
  await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  await writeFile(`${file}.br`, brotliCompressSync(bytes, { params: quality }));
}
