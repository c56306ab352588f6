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
  // import() is not in jest's sandbox: there it becomes require(), of the source that a compiled name stands for.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'] },
  transform: {
    '^.+\\.ts$': swc('typescript', { ignoreDynamic: false }),
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
