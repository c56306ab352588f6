/** The dashboard in a real browser, over a real store: apart from the other suites, since it needs the bundle and a Chromium. */
const { projects, ...shared } = require('./jest.config.js');

const [{ transform, ...project }] = projects;
// What serves files is written as modules, which jest does not load by itself.
const MODULES = 'content-disposition|@fastify/static|@fastify/send';

module.exports = {
  ...shared,
  projects: [
    {
      ...project,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      transform: {
        ...transform,
        [`/node_modules/(${MODULES})/.+\\.js$`]: [
          '@swc/jest',
          { jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } }, module: { type: 'commonjs' } },
        ],
      },
      transformIgnorePatterns: [`/node_modules/(?!(@electric-sql|${MODULES})/)`],
    },
  ],
};
