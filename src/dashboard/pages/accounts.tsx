import { useState } from 'preact/hooks';
import { type Limit, LIMIT_DIMENSIONS, mayActAs, ROLES } from '../../domain/access';
import { LEAGUES } from '../../domain/leagues';
import { type AuditAnswer, type TokensAnswer, type UsersAnswer } from '../answers';
import { ask, me, query, useAsked, usePages } from '../api';
import { Downloads } from '../downloads';
import { clockText } from '../format';
import {
  Card,
  Chip,
  Choice,
  Copy,
  Dialog,
  Empty,
  Field,
  filledIn,
  Form,
  Loaded,
  More,
  scopeName,
  Table,
  valueName,
} from '../parts';
import { goTo, linkTo, route } from '../route';
import { t } from '../settings';

type User = UsersAnswer['users'][number];
type Token = TokensAnswer['tokens'][number];
type Entry = AuditAnswer['entries'][number];
const entriesOf = (answer: AuditAnswer): readonly Entry[] => answer.entries;

/** Accounts is about who may sign in, the tokens of programs, and who asked what. */
export function Accounts() {
  const account = me.value;
  const administers = account ? mayActAs(account.role, 'operator') && !account.limited : false;
  return (
    <>
      <div class="lead">
        <h1>{t.value.accounts.title}</h1>
      </div>
      {administers && <Users />}
      <Tokens />
      <OwnPassword />
      {administers && <Audit />}
    </>
  );
}

const roleOptions = (): (readonly [string, string])[] =>
  ROLES.map((role) => [role, `${t.value.roles[role]} (${t.value.roleHints[role]})`]);

function Users() {
  const asked = useAsked<UsersAnswer>('/users');
  const [open, setOpen] = useState<{ readonly what: 'add' | 'change' | 'remove'; readonly user?: User } | null>(null);
  const words = t.value.accounts;
  const close = (): void => setOpen(null);
  const done = (): void => {
    close();
    asked.again();
  };
  return (
    <Card
      title={words.users}
      aside={
        <button type="button" onClick={() => setOpen({ what: 'add' })}>
          {words.add}
        </button>
      }
    >
      <Loaded asked={asked}>
        {({ users }) => (
          <Table
            label={words.users}
            rows={users}
            keyOf={({ name }) => name}
            columns={[
              { title: words.name, heads: true, cell: ({ name }) => name },
              {
                title: words.role,
                cell: ({ role }) => <span title={t.value.roleHints[role]}>{t.value.roles[role]}</span>,
              },
              { title: words.limit, cell: ({ limit }) => scopeName(limit) },
              { title: words.changed, cell: ({ at }) => <span class="nowrap">{clockText(at)}</span> },
              {
                title: words.change,
                cell: (user) => (
                  <span class="actions">
                    <button
                      type="button"
                      aria-label={words.changeOf(user.name)}
                      onClick={() => setOpen({ what: 'change', user })}
                    >
                      {words.change}
                    </button>
                    <button
                      type="button"
                      aria-label={words.removeOf(user.name)}
                      onClick={() => setOpen({ what: 'remove', user })}
                    >
                      {words.remove}
                    </button>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {open?.what === 'add' && <AddUser onClose={close} onDone={done} />}
      {open?.what === 'change' && open.user && <ChangeUser user={open.user} onClose={close} onDone={done} />}
      {open?.what === 'remove' && open.user && <RemoveUser user={open.user} onClose={close} onDone={done} />}
    </Card>
  );
}

interface Ends {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function AddUser({ onClose, onDone }: Ends) {
  const words = t.value.accounts;
  return (
    <Dialog title={words.add} onClose={onClose}>
      <Form
        submit={words.add}
        onCancel={onClose}
        onSend={async ({ name, password, role, ...chosen }) => {
          const limit = filledIn(chosen, LIMIT_DIMENSIONS);
          await ask('/users', { method: 'POST', body: { name, password, role, limit } });
          onDone();
        }}
      >
        <Field label={words.name}>
          <input name="name" required maxLength={64} autocomplete="off" />
        </Field>
        <Field label={words.password} hint={words.passwordHint}>
          <input name="password" type="password" required minLength={12} maxLength={256} autocomplete="new-password" />
        </Field>
        <Choice name="role" label={words.role} value="viewer" options={roleOptions()} />
        <LimitFields limit={{}} />
      </Form>
    </Dialog>
  );
}

const YES_OR_NO = ['yes', 'no'] as const;

/** The values of the dimensions that have only some; those of others are typed. */
const valuesOf = (): Readonly<Partial<Record<string, readonly string[]>>> => ({
  platform: Object.keys(t.value.platforms),
  league: LEAGUES,
  kind: ['goods', 'services'],
  rural: YES_OR_NO,
  agricultural: YES_OR_NO,
  'live-stream': YES_OR_NO,
});

function LimitFields({ limit }: { readonly limit: Limit }) {
  const words = t.value.accounts;
  return (
    <fieldset class="columns">
      <legend>
        {words.limit} <span class="hint">{words.limitHint}</span>
      </legend>
      {LIMIT_DIMENSIONS.map((name) => {
        const [label, value, values] = [t.value.dimensions[name] ?? name, limit[name] ?? '', valuesOf()[name]];
        if (values === undefined)
          return (
            <Field key={name} label={label}>
              <input name={name} maxLength={200} defaultValue={value} autocomplete="off" />
            </Field>
          );
        // What it is now stays to be chosen: another choice in its place would open more than anybody meant.
        const all = [...new Set(['', ...values, value])];
        return (
          <Choice
            key={name}
            name={name}
            label={label}
            value={value}
            options={all.map((each) => [each, each === '' ? words.limitAll : valueName(name, each)])}
          />
        );
      })}
    </fieldset>
  );
}

function ChangeUser({ user, onClose, onDone }: Ends & { readonly user: User }) {
  const words = t.value.accounts;
  return (
    <Dialog title={words.changeOf(user.name)} onClose={onClose}>
      <Form
        submit={t.value.save}
        onCancel={onClose}
        onSend={async ({ role, password = '', ...chosen }) => {
          const limit = filledIn(chosen, LIMIT_DIMENSIONS);
          const body = { role, limit, ...(password === '' ? {} : { password }) };
          await ask(`/users/${encodeURIComponent(user.name)}`, { method: 'PUT', body });
          onDone();
        }}
      >
        <Choice name="role" label={words.role} value={user.role} options={roleOptions()} />
        <LimitFields limit={user.limit} />
        <Field label={words.newPassword} hint={words.passwordHint}>
          <input name="password" type="password" minLength={12} maxLength={256} autocomplete="new-password" />
        </Field>
      </Form>
    </Dialog>
  );
}

function RemoveUser({ user, onClose, onDone }: Ends & { readonly user: User }) {
  const words = t.value.accounts;
  return (
    <Dialog title={words.removeOf(user.name)} onClose={onClose}>
      <p>{words.removeHint}</p>
      <Form
        danger
        submit={words.remove}
        onCancel={onClose}
        onSend={async () => {
          await ask(`/users/${encodeURIComponent(user.name)}`, { method: 'DELETE' });
          onDone();
        }}
      >
        {null}
      </Form>
    </Dialog>
  );
}

function Tokens() {
  const asked = useAsked<TokensAnswer>('/tokens');
  const [open, setOpen] = useState<'make' | Token | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const words = t.value.accounts;
  return (
    <Card
      title={words.tokens}
      aside={
        <button type="button" onClick={() => setOpen('make')}>
          {words.make}
        </button>
      }
    >
      <p class="quiet">{words.tokensHint}</p>
      {made !== null && (
        <div class="notice" role="status">
          <p>{words.made1}</p>
          <p>
            <code class="break">{made}</code>
          </p>
          <Copy text={() => made} label={words.copy} done={words.copied} />
        </div>
      )}
      <Loaded asked={asked}>
        {({ tokens }) =>
          tokens.length === 0 ? <Empty>{words.tokensNone}</Empty> : <TokenTable tokens={tokens} onRevoke={setOpen} />
        }
      </Loaded>
      {open === 'make' && (
        <Dialog title={words.make} onClose={() => setOpen(null)}>
          <Form
            submit={words.make}
            onCancel={() => setOpen(null)}
            onSend={async ({ label, role, days }) => {
              const body = { label, role, days: Number(days) };
              const { token } = await ask<{ readonly token: string }>('/tokens', { method: 'POST', body });
              setMade(token);
              setOpen(null);
              asked.again();
            }}
          >
            <Field label={words.label}>
              <input name="label" required maxLength={100} />
            </Field>
            <Choice
              name="role"
              label={words.role}
              value="viewer"
              options={roleOptions().filter(
                (_, index) => me.value && mayActAs(me.value.role, ROLES[index] ?? 'operator'),
              )}
            />
            <Field label={words.days}>
              <input name="days" type="number" required min={1} max={366} defaultValue="90" />
            </Field>
          </Form>
        </Dialog>
      )}
      {open !== null && open !== 'make' && (
        <Dialog title={words.revokeOf(open.label)} onClose={() => setOpen(null)}>
          <p>{words.revokeHint}</p>
          <Form
            danger
            submit={words.revoke}
            onCancel={() => setOpen(null)}
            onSend={async () => {
              await ask(`/tokens/${encodeURIComponent(open.id)}`, { method: 'DELETE' });
              setOpen(null);
              asked.again();
            }}
          >
            {null}
          </Form>
        </Dialog>
      )}
    </Card>
  );
}

const TOKEN_TONES = { valid: 'good', expired: 'calm', revoked: 'bad' } as const;

function stateOf({ revoked, expiresAt }: Token): keyof typeof TOKEN_TONES {
  if (revoked) return 'revoked';
  return Date.parse(expiresAt) <= Date.now() ? 'expired' : 'valid';
}

function TokenTable({
  tokens,
  onRevoke,
}: {
  readonly tokens: readonly Token[];
  readonly onRevoke: (token: Token) => void;
}) {
  const words = t.value.accounts;
  return (
    <Table
      label={words.tokens}
      rows={tokens}
      keyOf={({ id }) => id}
      columns={[
        { title: words.label, heads: true, cell: ({ label }) => label },
        { title: words.user, cell: ({ user }) => user },
        { title: words.role, cell: ({ role }) => t.value.roles[role] },
        {
          title: words.state,
          cell: (token) => <Chip tone={TOKEN_TONES[stateOf(token)]}>{words.tokenStates[stateOf(token)]}</Chip>,
        },
        { title: words.made, cell: ({ madeAt }) => <span class="nowrap">{clockText(madeAt)}</span> },
        { title: words.expires, cell: ({ expiresAt }) => <span class="nowrap">{clockText(expiresAt)}</span> },
        {
          title: words.lastUsed,
          cell: ({ lastUsedAt }) => (
            <span class="nowrap">{lastUsedAt === null ? words.neverUsed : clockText(lastUsedAt)}</span>
          ),
        },
        {
          title: words.revoke,
          cell: (token) =>
            stateOf(token) === 'valid' && (
              <button type="button" aria-label={words.revokeOf(token.label)} onClick={() => onRevoke(token)}>
                {words.revoke}
              </button>
            ),
        },
      ]}
    />
  );
}

function OwnPassword() {
  const words = t.value.accounts;
  return (
    <Card title={words.own}>
      <p class="quiet">{words.ownHint}</p>
      <Form
        submit={t.value.save}
        onSend={async ({ current, password }) => {
          await ask('/session/password', { method: 'PUT', body: { current, password } });
          me.value = null;
        }}
      >
        <Field label={words.current}>
          <input name="current" type="password" required maxLength={256} autocomplete="current-password" />
        </Field>
        <Field label={words.password} hint={words.passwordHint}>
          <input name="password" type="password" required minLength={12} maxLength={256} autocomplete="new-password" />
        </Field>
      </Form>
    </Card>
  );
}

function Audit() {
  const changes = route.value.query['changes'] === 'true' ? 'true' : '';
  const pages = usePages<AuditAnswer, Entry>(query('/audit', { limit: 50, changes }), entriesOf);
  const words = t.value.accounts;
  return (
    <Card title={words.audit}>
      <p class="quiet">{words.auditHint}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={changes !== ''}
          onChange={({ currentTarget: { checked } }) => goTo(linkTo('accounts', { changes: checked ? 'true' : '' }))}
        />
        {words.onlyChanges}
      </label>
      <Loaded asked={pages}>
        {(entries) =>
          entries.length === 0 ? (
            <Empty>{words.auditNone}</Empty>
          ) : (
            <>
              <Table
                label={words.audit}
                rows={entries.map((entry, index) => ({ ...entry, index }))}
                keyOf={({ index }) => index}
                columns={[
                  { title: words.time, heads: true, cell: ({ at }) => <span class="nowrap">{clockText(at)}</span> },
                  { title: words.user, cell: ({ user }) => (user === '' ? '–' : user) },
                  {
                    title: words.request,
                    cell: ({ method, target, detail }) => (
                      <>
                        <code class="break">
                          {method} {target}
                        </code>
                        {detail !== '' && <div class="quiet">{detail}</div>}
                      </>
                    ),
                  },
                  { title: words.status, numeric: true, cell: ({ status }) => status },
                  { title: words.from, cell: ({ address }) => address },
                ]}
              />
              <More pages={pages} />
              <Downloads path={query('/audit', { changes })} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
