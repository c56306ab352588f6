/** The rooms of docs/decisions/001-rooms.md, checked by machine: who may import whom. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|jobs|bench|test)/', pathNot: allowed },
});
const keptTo = (name, packages, rooms) => ({
  name,
  comment: `${packages} may be imported only in ${rooms}`,
  severity: 'error',
  from: { path: '^(src|jobs)/', pathNot: rooms },
  to: { path: `node_modules/(${packages})(/|$)` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'declared', severity: 'error', from: {}, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } },
    only('errors-alone', '^src/(errors|log)\\.ts$', '^$', 'errors imports nothing'),
    only('domain-pure', '^src/domain/', '^src/(domain/|(errors|log)\\.ts$)', 'domain imports errors only'),
    only(
      'platforms-describe',
      '^src/platforms/',
      '^src/(platforms/|domain/|(errors|log)\\.ts$)',
      'a platform is a description',
    ),
    only('intake-reads', '^src/intake/', '^src/(intake/|platforms/|domain/|(errors|log)\\.ts$)', 'intake opens files'),
    only('clickhouse-alone', '^src/clickhouse/', '^src/(clickhouse/|domain/|(errors|log)\\.ts$)', 'the room with SQL'),
    only('queue-alone', '^src/queue/', '^src/(queue/|domain/|(errors|log)\\.ts$)', 'the room that knows BullMQ'),
    only('mail-alone', '^src/mail/', '^src/(mail/|domain/|(errors|log)\\.ts$)', 'message in, outcome out'),
    only(
      'telemetry-tells',
      '^src/telemetry/',
      '^src/(telemetry/|domain/|(errors|log)\\.ts$)',
      'figures in, answers out',
    ),
    only('demo-makes', '^src/demo/', '^src/(demo/|platforms/|domain/|(errors|log)\\.ts$)', 'demo writes exports'),
    only(
      'operations-meet',
      '^src/operations/',
      '^src/(operations/|domain/|platforms/|intake/|clickhouse/|queue/|mail/|telemetry/|(errors|log|config)\\.ts$)',
      'the one place where rooms meet',
    ),
    only(
      'http-answers',
      '^src/http/',
      '^src/(http/|operations/|domain/|platforms/|clickhouse/|queue/|(errors|log)\\.ts$)',
      'reads queries and operations, computes nothing',
    ),
    only(
      'dashboard-speaks',
      '^src/dashboard/',
      '^src/(dashboard/|domain/|(cli/texts(-zh)?|mail/zh|operations/texts-zh|errors)\\.ts$)',
      'the browser speaks to /v1; of other rooms it has words and the domain',
    ),
    {
      name: 'dashboard-by-itself',
      severity: 'error',
      from: { path: '^(src|jobs)/', pathNot: '^src/dashboard/' },
      to: { path: '^src/dashboard/' },
    },
    {
      name: 'cli-never-serves',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/http/' },
    },
    {
      name: 'src-never-imports-jobs',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(jobs|bench|test)/' },
    },
    {
      name: 'job-never-imports-job',
      severity: 'error',
      from: { path: '^jobs/', pathNot: '^jobs/worker\\.ts$' },
      to: { path: '^jobs/' },
    },
    {
      name: 'config-by-entry-points',
      severity: 'error',
      from: { path: '^(src|jobs)/', pathNot: '^(src/cli/main\\.ts|jobs/(worker|api)\\.ts)$' },
      to: { path: '^src/config\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    keptTo('csv-parse', 'csv-parse', '^src/(intake|platforms)/'),
    keptTo('clickhouse-client', '@clickhouse|chdb|ffi-rs|@chdb', '^src/clickhouse/'),
    keptTo('bullmq', 'bullmq|ioredis|@electric-sql|pg', '^src/queue/'),
    keptTo('fastify', '@?fastify', '^src/http/'),
    keptTo('nodemailer', 'nodemailer', '^src/mail/'),
    keptTo('preact', '@?preact|echarts|esbuild', '^src/dashboard/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
