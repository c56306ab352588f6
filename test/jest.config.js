/** Projects by folder: unit needs nothing, int and conformance the embedded engine (and Redis where they say so), property runs fast-check. */
const root = require('node:path').resolve(__dirname, '..');

const swc = (syntax, module = {}) => [
  '@swc/jest',
  { jsc: { target: 'es2022', parser: { syntax } }, module: { type: 'commonjs', ...module } },
];

const project = (name) => ({
  rootDir: root,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  moduleFileExtensions: ['ts', 'js', 'cjs', 'json'],
  transform: {
    '^.+\\.ts$': swc('typescript'),
    // PGlite loads its parts by import(), which jest's sandbox has not: there it becomes require().
    'pglite/.+\\.cjs$': swc('ecmascript', { ignoreDynamic: false }),
  },
  transformIgnorePatterns: ['/node_modules/(?!@electric-sql/)'],
});

module.exports = {
  rootDir: root,
  projects: ['unit', 'int', 'conformance', 'property'].map(project),
  maxWorkers: 2,
  testTimeout: 60000,
};
