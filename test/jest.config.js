/** Three projects by folder: unit needs nothing, int needs the embedded engine (and Redis where it says so), property runs fast-check. */
const root = require('node:path').resolve(__dirname, '..');
const base = {
  rootDir: root,
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
  moduleFileExtensions: ['ts', 'js', 'json'],
};
const project = (name, folder, extra = {}) => ({
  ...base,
  displayName: name,
  testMatch: [`<rootDir>/test/${folder}/**/*.test.ts`],
  ...extra,
});

module.exports = {
  rootDir: root,
  projects: [
    project('unit', 'unit'),
    project('int', 'int'),
    project('conformance', 'conformance'),
    project('property', 'property'),
  ],
  maxWorkers: 2,
  testTimeout: 60000,
};
